import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeBackend } from '@rsync-io/pipe';
import { SshCommand } from '@rsync-io/aux-channel';
import { isAlive, waitUntil } from '@rsync-io/testkit';
import { AsyncSshTransport } from '@rsync-io/transport-async';
import { describe, expect, it } from 'vitest';

const options = { backends: [pipeBackend], forward: false, surface: 'never' } as const;

describe('the end of the process', () => {
  it.each([
    ['by process.exit()', 'exit', 3],
    ['by an uncaught error', 'throw', 1],
    ['by an unhandled rejection', 'reject', 1],
  ])('%s ends the children', async (_, how, code) => {
    const file = path.join(import.meta.dirname, '../fixtures/live-at-exit.mjs');
    const program = spawn(process.execPath, [...process.execArgv, file, how], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(program, 'exit');
    const pids = (await text(program.stdout)).trim().split(' ').map(Number);
    expect(await exited).toEqual([code, null]);
    expect(pids).toHaveLength(3);
    await waitUntil(() => !pids.some(isAlive), { what: 'the children to be gone' });
  });
});

describe('many connections at once', () => {
  it('on one AbortSignal, and ended by it, print no warning', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    const controller = new AbortController();
    const started = Array.from({ length: 20 }, () =>
      AsyncSshTransport.spawn(SshCommand.raw('sleep', ['60']), {
        ...options,
        signal: controller.signal,
      }),
    );
    const transports = await Promise.all(started);
    const ends = transports.map((transport) => transport.wait().catch((error: unknown) => error));
    const reason = new Error('stop');
    controller.abort(reason);
    expect(new Set(await Promise.all(ends))).toEqual(new Set([reason]));
    for (const transport of transports) await transport[Symbol.asyncDispose]();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });
});

describe('a stderr that another process still holds', () => {
  it('is closed by releaseStderr() after the exit, and not before', async () => {
    const script =
      '(trap "" PIPE; while sleep 0.05; do echo x >&2 || exit; done) >/dev/null & echo $!';
    const transport = await AsyncSshTransport.spawn(SshCommand.raw('sh', ['-c', script]), {
      ...options,
    });
    transport.releaseStderr();
    const pid = Number(await text(transport.stdout as NodeJS.ReadableStream));
    await transport.wait();
    const captured = transport.stderrSnapshot().ended === 'abandoned';
    expect(isAlive(pid)).toBe(true);
    transport.releaseStderr();
    if (captured) await waitUntil(() => !isAlive(pid), { what: 'the other process to notice' });
    else process.kill(pid);
    await transport[Symbol.asyncDispose]();
  });
});
