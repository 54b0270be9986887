import { SshCommand } from '@rsync-io/aux-channel';
import { describe, expect, it } from 'vitest';
import { waitUntil } from '../../process-census.js';
import { type ContractContext, act, text, windows } from './environment.js';

/** The exit: status, `wait()`, `tryWait()` and `kill()`. */
export function exitCases({ start, captured, strangers }: ContractContext): void {
  describe('the end', () => {
    it('reports the exit code', async () => {
      const transport = await start(act('exit:9'));
      expect(await transport.wait()).toEqual({ code: 9, signal: null, success: false });
    });

    // Windows has no signals: there, a process that signals another ends it with a code.
    if (!windows) {
      it('reports the signal that ended the child', async () => {
        const transport = await start(act('raise:SIGUSR2'));
        expect(await transport.wait()).toEqual({ code: null, signal: 'SIGUSR2', success: false });
      });

      it('looks like success after a real-time signal, because Node reports exit code 0 (ADR 0008)', async () => {
        const transport = await start(SshCommand.raw('sh', ['-c', 'kill -40 $$']));
        expect(await transport.wait()).toEqual({ code: 0, signal: null, success: true });
      });
    }

    if (windows) {
      it('reports an exit code above 255', async () => {
        const transport = await start(act('exit:3221225477'));
        expect((await transport.wait()).code).toBe(3_221_225_477);
      });
    }

    it('follows wait(), which closes stdin', async () => {
      const transport = await start(act('drain', 'exit:4'));
      expect((await transport.wait()).code).toBe(4);
    });

    it('is reached even if nobody reads a full stdout', async () => {
      const transport = await start(act('zeros:5000000', 'exit:3'));
      expect((await transport.wait()).code).toBe(3);
    });

    it('does not wait for another process that keeps stdout and fd 2', async () => {
      const transport = await start(act('leave:30000', 'exit:1'));
      strangers.push(Number(text(await transport.read())));
      expect((await transport.wait()).code).toBe(1);
    });

    it('is not known before it happens', async () => {
      const transport = await start(act('cat'));
      expect(transport.tryWait()).toBeNull();
      transport.closeStdin();
      await waitUntil(() => transport.tryWait() !== null, { what: 'the exit' });
      expect(transport.tryWait()).toEqual({ code: 0, signal: null, success: true });
    });

    it('is the same on a second call', async () => {
      const transport = await start(act('err:why\n', 'exit:7'));
      const first = await transport.wait();
      expect(await transport.wait()).toEqual(first);
      expect(transport.tryWait()).toEqual(first);
      const { status, stderr } = await transport.waitWithStderr();
      expect(status).toEqual(first);
      expect(text(stderr)).toBe(captured('why\n'));
    });

    it('can be caused by kill(), whose second call returns false', async () => {
      const transport = await start(act('sleep:60000'));
      expect(transport.kill('SIGINT')).toBe(true);
      expect(await transport.wait()).toMatchObject({ code: null, signal: 'SIGINT' });
      expect(transport.kill()).toBe(false);
    });
  });
}
