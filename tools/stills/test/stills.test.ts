import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeWithPeers } from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { record } from '../src/record.js';

const main = path.join(import.meta.dirname, '../dist/main.js');
const run = promisify(execFile);
let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-stills-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('record', () => {
  it('runs the line on a terminal of the width that is asked for', async () => {
    const line = 'test -t 1 && test -t 2 && stty -F /dev/tty size';
    const shown = await record({ line, columns: 77, cwd: folder, env: process.env });
    expect(shown.toString()).toBe(`\u001b[1m$ ${line}\u001b[0m\r\n60 77\r\n`);
  });

  it('says what did not run', async () => {
    const recording = { line: 'no-such-program', columns: 80, cwd: folder, env: process.env };
    await expect(record(recording)).rejects.toThrow(/"no-such-program" did not run: .*not found/);
  });
});

describeWithPeers(['ssh', 'sshd', 'rsync'], 'npm run stills', () => {
  const textOf = (file: string) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/>([^<]*)<\/text>/g)]
      .map((match) => match[1])
      .join('\n');

  it('draws both scenes from real runs, and nothing of this machine', async () => {
    await run(process.execPath, [main, '--out', folder]);
    const failing = textOf('failing-transfer.svg');
    expect(failing).toMatch(/^\$ rsync -a -e rsync-io-ssh photos\/ demo-host:backup\/$/m);
    expect(failing).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED!');
    expect(failing).toMatch(/^rsync-io-ssh: the host's key/m);
    expect(failing).toMatch(/^rsync error: /m);
    const many = textOf('run-on-many-hosts.svg');
    expect(many).toMatch(/^3 of 5 succeeded, 2 failed$/m);
    expect(many).toMatch(/^\[web-1\]$/m);
    for (const text of [failing, many]) {
      expect(text).not.toMatch(/\/(?:home|root|tmp|work)\b|127\.0\.0\.1/);
    }
  });

  it('has help, and refuses what it does not know', async () => {
    const help = await run(process.execPath, [main, '--help']);
    expect(help.stdout).toMatch(/^Usage: npm run stills/);
    await expect(run(process.execPath, [main, '--nonsense'])).rejects.toMatchObject({ code: 2 });
  });
});
