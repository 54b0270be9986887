import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWithPeers, type OpenSshServer } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Case, cases } from '../src/as-ssh/case.ts';
import { startServer } from '../src/as-ssh/family.ts';
import { runCase } from '../src/as-ssh/run-case.ts';

const exitCodes = cases.find(({ name }) => name === 'as-ssh-exit-codes') as Case;

describeWithPeers(['ssh', 'sshd'], 'the family "as ssh"', () => {
  let server: OpenSshServer;
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-as-test-'));
  beforeAll(async () => void (server = await startServer()));
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server?.close();
  });

  /** Runs a case with a script in the place of `rsync-io-ssh`; returns the aspects that differ. */
  const aspects = async (one: Case, script: string) => {
    const file = path.join(folder, 'replacement');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return (await runCase(one, server, file)).map(({ aspect }) => aspect);
  };

  it('is green for rsync-io-ssh', async () => {
    expect(await runCase(exitCodes, server)).toEqual([]);
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
});
