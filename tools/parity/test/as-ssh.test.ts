import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWithPeers } from '@rsync-io/testkit';
import { afterAll, expect, it } from 'vitest';
import { type Case, cases } from '../src/as-ssh/case.ts';
import { openFamily } from '../src/as-ssh/family.ts';
import { runMatrix } from '../src/matrix/run-matrix.ts';
import { isTransport, variants } from '../src/variant/variant.ts';

const exitCodes = cases.find(({ name }) => name === 'as-ssh-exit-codes') as Case;

describeWithPeers(['ssh', 'sshd'], 'the family "as ssh"', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-as-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs a case with both programs; returns the differences of one of them. */
  const differences = async (one: Case, replacement?: string, program = 1) => {
    const family = await openFamily(replacement);
    const programs = variants().filter((variant) => !isTransport(variant));
    const options = { variants: programs, jobs: 1, only: [] };
    const [row] = await runMatrix({ ...family, scenarios: [one] }, options);
    return row?.cells[program]?.differences ?? expect.unreachable('the program did not run');
  };

  /** The same with a script in the place of `rsync-io-ssh`; returns the aspects that differ. */
  const aspects = async (one: Case, script: string) => {
    const file = path.join(folder, 'replacement');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return (await differences(one, file)).map(({ aspect }) => aspect);
  };

  it('is green for rsync-io-ssh', async () => {
    expect(await differences(exitCodes)).toEqual([]);
  });

  it('is green for ssh itself', async () => {
    expect(await aspects(exitCodes, 'exec ssh "$@"')).toEqual([]);
  });

  it.each([
    ['a changed exit code', 'ssh "$@"; exit 3', ['stdout']],
    ['a line on stderr', 'echo "rsync-io-ssh: failed" >&2; exec ssh "$@"', ['stderr']],
    ['a file left behind', 'touch left; exec ssh "$@"', ['files']],
  ])('is red for %s', async (_, script, expected) => {
    expect(await aspects(exitCodes, script)).toEqual(expected);
  });

  it('is red if a documented difference is gone', async () => {
    const where = 'Node needs about 20 file descriptors to start';
    const documented = { where, aspects: ['stdout'], appears: 'always' } as const;
    expect(await aspects({ ...exitCodes, documented }, 'exec ssh "$@"')).toEqual(['the run']);
  });

  it('is red if plain ssh does not show what the case is about', async () => {
    const [plain] = await differences({ ...exitCodes, shows: 'no such words' }, undefined, 0);
    expect(plain).toMatchObject({ aspect: 'the run', expected: 'no such words' });
  });
});
