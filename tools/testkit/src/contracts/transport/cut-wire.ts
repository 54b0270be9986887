import { IoTimeoutError } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../process-census.js';
import { act, acting, CONNECT_MS, type ContractContext, readAll, windows } from './environment.js';

/**
 * A wire that was not read to its end, or whose child was ended, never reports a clean end of partial
 * data.
 */
export function cutWireCases({ start }: ContractContext): void {
  const errorOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: unknown) => error as { code: string; message: string },
    );

  describe('an interrupted wire', () => {
    it('by kill() ends with an error that names the signal', async () => {
      const transport = await start(act('out:partial', 'sleep:60000'));
      await transport.read();
      transport.kill('SIGINT');
      expect(await transport.wait()).toMatchObject({ signal: 'SIGINT' });
      const error = await errorOf(transport.read());
      expect(error).toMatchObject({ code: 'ERR_KILLED' });
      expect(error?.message).toContain('SIGINT');
    });

    it('by a watchdog ends with its error', async () => {
      const steps = ['out:hello', 'sleep:60000'];
      const transport = await start(acting(steps, { ioTimeoutMs: CONNECT_MS }));
      expect(await errorOf(readAll(transport))).toBeInstanceOf(IoTimeoutError);
    });

    it.each(['out:abc', 'zeros:3000000'])(
      'because wait() discarded unread output says so to a late reader: %s',
      async (step) => {
        const transport = await start(act(step, 'exit:5'));
        expect((await transport.wait()).code).toBe(5);
        expect(await errorOf(transport.read())).toMatchObject({ code: 'ERR_OUTPUT_DISCARDED' });
      },
    );

    it('after an empty output ends cleanly', async () => {
      const transport = await start(act());
      await transport.wait();
      expect(await transport.read()).toHaveLength(0);
    });
  });

  describe('the watchdogs', () => {
    it('for connecting accept a write larger than a socket buffer as proof of a connection', async () => {
      const command = acting(['drain', 'exit:6'], { connectTimeoutMs: 4 * CONNECT_MS });
      const transport = await start(command);
      for (let i = 0; i < 4; i++) await transport.write(Buffer.alloc(1_048_576));
      await new Promise((resolve) => setTimeout(resolve, 5 * CONNECT_MS));
      expect((await transport.wait()).code).toBe(6);
    });

    // Under Wine a process cannot close its stdout before it exits; whether it can on Windows is unknown.
    if (!windows) {
      it('for I/O do not end a child that has closed its stdout and is slow to exit', async () => {
        const steps = ['out:done', 'close:1', `sleep:${4 * CONNECT_MS}`, 'exit:6'];
        const transport = await start(acting(steps, { ioTimeoutMs: 2 * CONNECT_MS }));
        expect((await readAll(transport)).toString()).toBe('done');
        await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
        expect((await transport.wait()).code).toBe(6);
      });
    }

    it('for I/O do not expire while bytes wait for a slow reader', async () => {
      const transport = await start(
        acting(['zeros:3000000', 'exit:6'], { ioTimeoutMs: 2 * CONNECT_MS }),
      );
      await transport.read();
      await new Promise((resolve) => setTimeout(resolve, 4 * CONNECT_MS));
      await readAll(transport);
      expect((await transport.wait()).code).toBe(6);
    });
  });
}
