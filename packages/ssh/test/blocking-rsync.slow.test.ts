import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWithPeers, type SshPeer, startOpenSshServer, treeDigest } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeCommand, run } from './helpers.js';

const blockingShell = path.join(import.meta.dirname, 'fixtures/remote-shell-blocking.mjs');

describeWithPeers(
  ['ssh', 'sshd', 'rsync'],
  'rsync over the blocking transport moves both ways',
  () => {
    let folder: string;
    let server: SshPeer;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-large-'));
      server = await startOpenSshServer();
    });
    afterAll(async () => {
      await server.close();
      rmSync(folder, { recursive: true });
    });

    const manyFiles = (source: string) => {
      for (let i = 0; i < 5_000; i++) {
        const parent = path.join(source, `folder ${i % 50}`);
        mkdirSync(parent, { recursive: true });
        writeFileSync(path.join(parent, `file ${i}`), `${i} `.repeat(i % 500));
      }
    };
    const oneGibibyte = (source: string) => {
      const block = randomBytes(1 << 24);
      for (let i = 0; i < 4; i++) {
        const file = openSync(path.join(source, `part ${i}`), 'w');
        for (let j = 0; j < 16; j++) writeSync(file, block.fill(randomBytes(32), 0, 32));
        closeSync(file);
      }
    };

    it.each([
      ['five thousand files', manyFiles],
      ['one gibibyte', oneGibibyte],
    ])(
      '%s',
      async (_what, fill) => {
        const [source, there, back] = ['source', 'there', 'back'].map((name) =>
          path.join(folder, name),
        ) as [string, string, string];
        mkdirSync(source, { recursive: true });
        fill(source);
        const shell = `${nodeCommand(blockingShell)} ${server.sshArgs.join(' ')}`;
        const rsync = (from: string, to: string) => run('rsync', ['-a', '-e', shell, from, to]);
        const pushed = await rsync(`${source}/`, `${server.host}:${there}/`);
        const pulled = await rsync(`${server.host}:${there}/`, `${back}/`);
        expect([pushed, pulled].map(({ code, stderr }) => ({ code, stderr }))).toEqual([
          { code: 0, stderr: '' },
          { code: 0, stderr: '' },
        ]);
        const expected = treeDigest(source);
        expect(treeDigest(there)).toEqual(expected);
        expect(treeDigest(back)).toEqual(expected);
        for (const tree of [source, there, back]) rmSync(tree, { recursive: true });
      },
      300_000,
    );
  },
);
