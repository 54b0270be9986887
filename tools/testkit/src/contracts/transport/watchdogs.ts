import { ConnectTimeoutError, IoTimeoutError } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../process-census.js';
import { type ContractContext, acting, CONNECT_MS, text } from './environment.js';

/** The connect watchdog and the I/O watchdog. */
export function watchdogCases({ start, captured }: ContractContext): void {
  describe('the watchdogs', () => {
    const silent = acting(['err:connecting\n', 'sleep:60000'], { connectTimeoutMs: CONNECT_MS });

    it('end a child that sends nothing, and return its stderr', async () => {
      const transport = await start(silent);
      const error = await transport.wait().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ConnectTimeoutError);
      expect(error).toMatchObject({ code: 'ERR_CONNECT_TIMEOUT', timeoutMs: CONNECT_MS });
      expect(text((error as ConnectTimeoutError).stderr)).toBe(captured('connecting\n'));
      await expect(transport.wait()).rejects.toBeInstanceOf(ConnectTimeoutError);
      expect(transport.tryWait()?.signal).toBe('SIGTERM');
    });

    it('accept a first byte that nobody reads', async () => {
      const command = acting(['out:hello', `sleep:${2 * CONNECT_MS}`, 'exit:6'], {
        connectTimeoutMs: CONNECT_MS,
      });
      const transport = await start(command);
      await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
      expect((await transport.wait()).code).toBe(6);
    });

    it('can be cancelled once the connection works', async () => {
      const transport = await start(
        acting([`sleep:${2 * CONNECT_MS}`, 'exit:6'], { connectTimeoutMs: CONNECT_MS }),
      );
      transport.cancelConnectWatchdog();
      transport.cancelConnectWatchdog();
      expect((await transport.wait()).code).toBe(6);
    });

    it('end a connection on which nothing moves', async () => {
      const steps = ['err:stuck\n', 'out:hello', 'sleep:60000'];
      const transport = await start(acting(steps, { ioTimeoutMs: CONNECT_MS }));
      const error = await transport.wait().catch((e: unknown) => e);
      expect(error).toBeInstanceOf(IoTimeoutError);
      expect(error).toMatchObject({ code: 'ERR_IO_TIMEOUT', timeoutMs: CONNECT_MS });
      expect(text((error as IoTimeoutError).stderr)).toBe(captured('stuck\n'));
    });

    it('end a read that waits for a stalled peer', async () => {
      const steps = ['out:hello', 'sleep:60000'];
      const transport = await start(acting(steps, { ioTimeoutMs: CONNECT_MS }));
      // Where starting the child takes longer than the timeout, the first read fails already.
      const reading = (async () => {
        while (await transport.read());
      })();
      await expect(reading).rejects.toBeInstanceOf(IoTimeoutError);
      await expect(transport.wait()).rejects.toBeInstanceOf(IoTimeoutError);
    });

    it('accept bytes in the other direction only', async () => {
      const command = acting(['drain', 'exit:6'], { ioTimeoutMs: 2 * CONNECT_MS });
      const transport = await start(command);
      for (let i = 0; i < 7; i++) {
        await transport.write(Buffer.from('x'));
        await new Promise((resolve) => setTimeout(resolve, CONNECT_MS / 2));
      }
      expect((await transport.wait()).code).toBe(6);
    });

    it('accept slow traffic', async () => {
      const command = acting(
        [...Array.from({ length: 6 }, () => ['out:x', `sleep:${CONNECT_MS / 2}`]).flat(), 'exit:6'],
        {
          ioTimeoutMs: 2 * CONNECT_MS,
        },
      );
      expect((await (await start(command)).wait()).code).toBe(6);
    });
  });
}
