import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { STDERR_BUFFER_CAP } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { isAlive, openDescriptors, waitUntil } from '../../process-census.js';
import { program } from '../../programs.js';
import {
  type ContractContext,
  act,
  node,
  nothingLeaked,
  readAll,
  text,
  windows,
} from './environment.js';

/** The capture of stderr. */
export function stderrCases({ start, strangers, backend }: ContractContext): void {
  describe('stderr', () => {
    it('is captured unchanged in any encoding', async () => {
      const transport = await start(node(program('write-stderr'), 512, 'bytes', 3));
      const { status, stderr } = await transport.waitWithStderr();
      expect(status.code).toBe(3);
      expect(stderr).toEqual(Uint8Array.from({ length: 512 }, (_, i) => i % 256));
      expect(transport.stderrSnapshot()).toMatchObject({
        totalBytes: 512,
        discardedBytes: 0,
        droppedWarnings: 0,
        backend: backend.name,
        ended: 'eof',
      });
    });

    it('is limited to the newest 64 KiB, and counted in full', async () => {
      const transport = await start(node(program('write-stderr'), 3_000_000, 'numbered'));
      const { stderr } = await transport.waitWithStderr();
      expect(stderr).toHaveLength(STDERR_BUFFER_CAP);
      expect(text(stderr).endsWith('line 00000000149999\n')).toBe(true);
      expect(transport.stderrSnapshot()).toMatchObject({
        totalBytes: 3_000_000,
        discardedBytes: 3_000_000 - STDERR_BUFFER_CAP,
      });
    });

    it('can be read while the child runs', async () => {
      const transport = await start(act('err:early\n', 'out:x', 'drain', 'exit:1'));
      await transport.read();
      await waitUntil(() => text(transport.stderrOutput()) === 'early\n', { what: 'stderr' });
      expect(transport.stderrSnapshot().ended).toBeNull();
      expect((await transport.wait()).code).toBe(1);
      expect(text(transport.stderrOutput())).toBe('early\n');
    });

    it('of 10 MiB before the first byte of stdout causes no deadlock', async () => {
      const transport = await start(node(program('stderr-then-stdout'), 10 << 20));
      expect(text(await readAll(transport))).toBe('done');
      expect((await transport.wait()).success).toBe(true);
      expect(transport.stderrSnapshot().totalBytes).toBe(10 << 20);
    });

    it('is complete even if a grandchild, which is neither waited for nor harmed, keeps fd 2', async () => {
      const transport = await start(node(program('grandchild'), 204_800, 3));
      const grandchild = Number(text(await readAll(transport)));
      strangers.push(grandchild);
      const { status, stderr } = await transport.waitWithStderr();
      expect(status.code).toBe(3);
      expect(stderr).toHaveLength(STDERR_BUFFER_CAP);
      const snapshot = transport.stderrSnapshot();
      expect(snapshot).toMatchObject({ totalBytes: 204_800, ended: 'abandoned' });
      expect(isAlive(grandchild)).toBe(true);
    });

    it('of a grandchild is closed by disposal only', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-contract-'));
      const report = path.join(folder, 'report');
      const transport = await start(node(program('chatty-grandchild'), 1, report));
      const grandchild = Number(text(await readAll(transport)));
      strangers.push(grandchild);
      await transport.wait();
      const told = () => isAlive(grandchild) === false && readFileSync(report, 'utf8');
      await waitUntil(() => told() !== false, { what: 'the report of the grandchild' });
      expect(told()).toBe('every write succeeded');
      rmSync(folder, { recursive: true });
    });

    it('that was abandoned closes by itself when the other process ends', async () => {
      await (await start(act())).dispose();
      const before = openDescriptors() as number;
      const transport = await start(act('leave:60000'));
      const stranger = Number(text(await readAll(transport)));
      strangers.push(stranger);
      await transport.wait();
      expect(transport.stderrSnapshot().ended).toBe('abandoned');
      // On Windows, handles of the connection before may still be open in `before`.
      if (!windows) expect(openDescriptors()).toBeGreaterThan(before);
      process.kill(stranger, 'SIGKILL');
      await nothingLeaked(before);
    });

    it('is closed by releaseStderr() after the exit, and not before', async () => {
      const transport = await start(act('nag', 'line', 'err:last\n'));
      const stranger = Number(text(await transport.read()));
      strangers.push(stranger);
      transport.releaseStderr();
      await transport.write(Buffer.from('\n'));
      await transport.wait();
      const { ended } = transport.stderrSnapshot();
      expect(ended).toBe('abandoned');
      expect(text(transport.stderrOutput())).toContain('last\n');
      expect(isAlive(stranger)).toBe(true);
      transport.releaseStderr();
      await waitUntil(() => !isAlive(stranger), { what: 'the other process to notice' });
    });

    it('is a broken pipe for a grandchild after disposal', async () => {
      const transport = await start(act('nag'));
      const grandchild = Number(text(await transport.read()));
      strangers.push(grandchild);
      await transport.wait();
      expect(transport.stderrSnapshot().ended).toBe('abandoned');
      expect(isAlive(grandchild)).toBe(true);
      await transport.dispose();
      await waitUntil(() => !isAlive(grandchild), { what: 'the grandchild to notice' });
    });
  });
}
