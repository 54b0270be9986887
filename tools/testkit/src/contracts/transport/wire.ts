import { TransportStateError } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../process-census.js';
import { type ContractContext, act, readAll, text } from './environment.js';

/** The wire: stdin and stdout of the child. */
export function wireCases({ start, strangers }: ContractContext): void {
  describe('the wire', () => {
    it('carries every byte value in both directions', async () => {
      const transport = await start(act('cat'));
      const sent = Uint8Array.from({ length: 4096 }, (_, i) => i % 256);
      await transport.write(sent);
      transport.closeStdin();
      expect(Buffer.compare(await readAll(transport), sent)).toBe(0);
      expect((await transport.wait()).success).toBe(true);
    });

    it('carries more than a pipe can hold', async () => {
      const transport = await start(act('zeros:20000000'));
      expect(await readAll(transport)).toHaveLength(20_000_000);
    });

    it('supports requests and responses in turn', async () => {
      const transport = await start(act('cat'));
      for (const word of ['one', 'two', 'three']) {
        await transport.write(Buffer.from(word));
        expect(text(await transport.read())).toBe(word);
      }
    });

    it('ends when the child closes it, and stays ended', async () => {
      const transport = await start(act('out:last\n'));
      expect(text(await readAll(transport))).toBe('last\n');
      expect(await transport.read()).toHaveLength(0);
    });

    it('ends with the child, though another process holds its stdout', async () => {
      const transport = await start(act('leave:60000', 'exit:4'));
      const stranger = Number(text(await readAll(transport)));
      strangers.push(stranger);
      expect(isAlive(stranger)).toBe(true);
      expect((await transport.wait()).code).toBe(4);
    });

    it('can be split once', async () => {
      const transport = await start(act('cat'));
      transport.split();
      expect(() => transport.split()).toThrow(TransportStateError);
    });
  });
}
