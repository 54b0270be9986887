import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseOperand } from '../../src/command/operand.js';
import { parseRemoteShell } from '../../src/command/remote-shell.js';

const noRsync = spawnSync('rsync', ['--version']).status !== 0;
const reason = noRsync ? ' — not run: rsync is not installed' : '';

describe.skipIf(noRsync)(`compared with a real rsync${reason}`, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-operand-'));
  const [shell, words] = [path.join(folder, 'shell'), path.join(folder, 'words')];
  writeFileSync(shell, `#!/bin/sh\nprintf '%s\\0' "$@" > "$WORDS"\nexit 1\n`);
  chmodSync(shell, 0o755);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The words with which rsync starts its remote shell; `null` if it starts none. */
  function remoteShellWords(spec: string, operand: string): string[] | null {
    rmSync(words, { force: true });
    const env = { PATH: process.env['PATH'], WORDS: words };
    spawnSync('rsync', ['-n', '--old-args', '-e', spec, '--', operand, folder], {
      env,
      cwd: folder,
    });
    return existsSync(words) ? readFileSync(words, 'utf8').split('\0').slice(0, -1) : null;
  }

  it('an operand has the same user, host and path', () => {
    const token = fc.constantFrom(
      'h',
      'u@',
      ':',
      '::',
      '/',
      '[',
      ']',
      '[::1]',
      'rsync://',
      '87',
      '.',
      '@',
    );
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 6 }), (tokens) => {
        const text = tokens.join('');
        const parsed = parseOperand(text);
        // rsync refuses `::/path` itself, while its remote shell starts.
        fc.pre(parsed?.module !== '');
        const actual = remoteShellWords(shell, text);
        if (actual === null) {
          expect(parsed).toBeNull();
          return;
        }
        const user = actual[0] === '-l' ? actual[1] : null;
        const [host, ...rest] = user === null ? actual : actual.slice(2);
        const kind = rest.includes('--daemon') ? 'daemon' : 'remote-shell';
        expect(parsed).toMatchObject({ kind, user, host });
        if (kind === 'remote-shell') expect(parsed?.path || '.').toBe(rest.at(-1));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('a remote shell has the same words, or is rejected by both', () => {
    const token = fc.constantFrom('a', ' ', "'", '"', '\\', '-x', '\t', '""', "''");
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const spec = `${shell} ${tokens.join('')}`;
        // rsync takes a backslash at the end as it is; it is refused here on purpose.
        fc.pre(!spec.endsWith('\\'));
        const actual = remoteShellWords(spec, 'host:path');
        if (actual === null) {
          expect(() => parseRemoteShell(spec)).toThrow(/not closed/);
          return;
        }
        expect(parseRemoteShell(spec).programArgs).toEqual(actual.slice(0, actual.indexOf('host')));
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
