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

/** Disposal: the child has ended, and nothing is left open. */
export function disposalCases({ start }: ContractContext): void {
  describe('disposal', () => {
    it('ends and reaps the child, and may be repeated', async () => {
      const transport = await start(act('sleep:60000'));
      await transport.dispose();
      await transport.dispose();
      expect(transport.tryWait()?.signal).toBe('SIGTERM');
      expect(isAlive(transport.pid)).toBe(false);
    });

    it('kills a child that ignores SIGTERM (not on Windows)', async () => {
      const transport = await start(node(program('ignore-term')));
      await transport.read();
      await transport.dispose();
      expect(transport.tryWait()?.signal).toBe(windows ? 'SIGTERM' : 'SIGKILL');
    });

    it('of thirty connections in a row leaves no descriptor open', async () => {
      await (await start(act())).dispose();
      const before = openDescriptors() as number;
      for (let i = 0; i < 30; i++) {
        const transport = await start(act('cat'));
        if (i % 2 === 0) await transport.wait();
        await transport.dispose();
      }
      await nothingLeaked(before);
    });

    it.each(['before', 'after'])(
      'is not needed to close the descriptors of a child whose exit was seen %s the end of its output',
      async (order) => {
        await (await start(act())).dispose();
        const before = openDescriptors() as number;
        const transport = await start(act('out:x', 'err:y\n', 'exit:3'));
        const hasExited = () => transport.tryWait() !== null;
        if (order === 'before') await waitUntil(hasExited, { what: 'the exit' });
        expect(text(await readAll(transport))).toBe('x');
        await waitUntil(hasExited, { what: 'the exit' });
        await nothingLeaked(before);
        expect(transport.tryWait()?.code).toBe(3);
      },
    );
  });
}
