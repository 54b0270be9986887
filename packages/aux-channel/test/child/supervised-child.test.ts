import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import {
  ConnectTimeoutError,
  type ExitStatus,
  IoTimeoutError,
  type StderrAuxChannel,
} from '../../src/index.js';
import { type Ending, SupervisedChild, type WireActivity } from '../../src/transport.js';
import { inheritedSnapshot } from '../../src/child/supervised-child.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** Where there are signals; `kill-child.test.ts` is about the platform without. */
const platform = process.platform;
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });

beforeEach(() => {
  on('linux');
  vi.useFakeTimers();
});
afterEach(() => {
  on(platform);
  vi.useRealTimers();
});

/** A supervised child of which only the exit and the signals are real. */
function supervise(
  timeouts: { connectTimeoutMs?: number; ioTimeoutMs?: number } = {},
  activity: Partial<WireActivity> = {},
) {
  const signals: string[] = [];
  const child = Object.assign(new EventEmitter(), {
    pid: 7,
    kill: (signal: string) => signals.push(signal) > 0,
  }) as unknown as ChildProcess;
  const printed: ExitStatus[] = [];
  const channel = {
    join: vi.fn(async () => {}),
    joinAndSurfaceOnError: async (status: ExitStatus) => void printed.push(status),
    shutdownRead: vi.fn(),
    snapshot: inheritedSnapshot,
  } as unknown as StderrAuxChannel<Promise<void>>;
  const failures: { by: Ending['by']; signalsBefore: number }[] = [];
  const supervised = new SupervisedChild({
    command: { label: 'host', connectTimeoutMs: null, ioTimeoutMs: null, ...timeouts },
    child,
    channel,
    wire: { isConnected: () => false, progress: () => 0, hasEnded: () => false, ...activity },
    onFailure: ({ by }) => failures.push({ by, signalsBefore: signals.length }),
  });
  const exit = (code: number | null, signal: NodeJS.Signals | null = null) =>
    child.emit('exit', code, signal);
  return { supervised, signals, printed, channel, failures, exit };
}

describe('a failure', () => {
  it('of the child itself is printed once', async () => {
    const { supervised, printed, exit } = supervise();
    exit(3);
    await supervised.complete(true);
    await supervised.complete(true);
    await supervised.dispose();
    expect(printed).toMatchObject([{ code: 3 }]);
  });

  it('is not printed for a caller that has received it', async () => {
    const { supervised, printed, exit } = supervise();
    exit(3);
    await supervised.complete(false);
    await supervised.dispose();
    expect(printed).toEqual([]);
  });

  it('that was not reported is printed at disposal', async () => {
    const { supervised, printed, channel, exit } = supervise();
    exit(3);
    await supervised.dispose();
    expect(printed).toMatchObject([{ code: 3 }]);
    expect(channel.shutdownRead).toHaveBeenCalledTimes(1);
  });

  it.each(['kill', 'watchdog', 'abort', 'disposal'])('caused by %s is not printed', async (by) => {
    const { supervised, printed, exit } = supervise({ connectTimeoutMs: 10 });
    const completed = supervised.complete(true);
    if (by === 'kill') supervised.kill('SIGINT');
    if (by === 'watchdog') await vi.advanceTimersByTimeAsync(20);
    if (by === 'abort') supervised.end({ by: 'abort', reason: new Error('stop') });
    if (by === 'disposal') void supervised.dispose();
    exit(null, 'SIGTERM');
    await completed;
    expect(printed).toEqual([]);
  });

  it.each(['SIGCONT', 'SIGWINCH'] as const)('after %s is the child’s own', async (signal) => {
    const { supervised, printed, exit } = supervise();
    expect(supervised.kill(signal)).toBe(true);
    exit(3);
    await supervised.complete(true);
    expect(printed).toMatchObject([{ code: 3 }]);
    expect(supervised.ending).toBeNull();
  });
});

describe('ending a child', () => {
  it('sends SIGTERM, and SIGKILL after the grace period', async () => {
    const { supervised, signals, exit } = supervise();
    const disposal = supervised.dispose();
    expect(signals).toEqual(['SIGTERM']);
    vi.advanceTimersByTime(5_000);
    expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
    exit(null, 'SIGKILL');
    expect(await disposal).toMatchObject({ signal: 'SIGKILL' });
  });

  it('sends nothing after the exit', () => {
    const { supervised, signals, exit } = supervise({ ioTimeoutMs: 100 });
    void supervised.dispose();
    exit(0);
    vi.advanceTimersByTime(10_000);
    supervised.end({ by: 'abort', reason: null });
    expect(supervised.kill('SIGINT')).toBe(false);
    expect(signals).toEqual(['SIGTERM']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('announces a watchdog before its signal, and keeps the first reason', async () => {
    const { supervised, failures } = supervise({ connectTimeoutMs: 10, ioTimeoutMs: 100 });
    await vi.advanceTimersByTimeAsync(200);
    supervised.end({ by: 'abort', reason: null });
    expect(failures).toEqual([{ by: 'connect-timeout', signalsBefore: 0 }]);
    expect(supervised.ending?.reason).toBeInstanceOf(ConnectTimeoutError);
  });

  it('by a watchdog takes effect even after a kill() that the child ignores', async () => {
    const { supervised } = supervise({ ioTimeoutMs: 100 });
    supervised.kill('SIGINT');
    expect(supervised.ending?.by).toBe('kill');
    await vi.advanceTimersByTimeAsync(200);
    expect(supervised.ending?.reason).toBeInstanceOf(IoTimeoutError);
  });
});

describe('the watchdogs', () => {
  it('do not end a working connection', async () => {
    const { supervised } = supervise({ connectTimeoutMs: 10 }, { isConnected: () => true });
    await vi.advanceTimersByTimeAsync(100);
    expect(supervised.ending).toBeNull();
  });

  it('do not end a child that has closed its stdout and is slow to exit', async () => {
    const { supervised } = supervise({ ioTimeoutMs: 100 }, { hasEnded: () => true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(supervised.ending).toBeNull();
  });
});
