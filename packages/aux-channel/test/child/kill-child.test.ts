import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { childExitStatus, killChild } from '../../src/child/kill-child.js';

vi.mock('node:child_process', async (original) => ({
  ...(await original<typeof import('node:child_process')>()),
  spawn: vi.fn(() => new EventEmitter()),
}));

/** A child as far as it matters here. */
function aChild(exitCode: number | null = null, signalCode: NodeJS.Signals | null = null) {
  const kill = vi.fn((signal: string) => {
    if (!signal.startsWith('SIG')) throw new TypeError(`Unknown signal: ${signal}`);
    return true;
  });
  return { child: { pid: 77, exitCode, signalCode, kill } as unknown as ChildProcess, kill };
}

const platform = process.platform;
const on = (name: NodeJS.Platform) => Object.defineProperty(process, 'platform', { value: name });
afterEach(() => {
  on(platform);
  vi.unstubAllEnvs();
  vi.mocked(spawn).mockClear();
});

describe('ending a child on Unix', () => {
  beforeEach(() => on('linux'));

  it('sends the signal', () => {
    const { child, kill } = aChild();
    expect(killChild(child, 'SIGTERM')).toBe(true);
    expect(kill).toHaveBeenCalledExactlyOnceWith('SIGTERM');
    expect(spawn).not.toHaveBeenCalled();
  });

  it('reports the status unchanged', () => {
    const { child } = aChild();
    killChild(child, 'SIGTERM');
    expect(childExitStatus(child, 1, null)).toMatchObject({ code: 1, signal: null });
    expect(childExitStatus(child, null, 'SIGKILL')).toMatchObject({
      code: null,
      signal: 'SIGKILL',
    });
  });
});

describe('ending a child on Deno', () => {
  const { versions } = process;
  const deno = (value: object) => Object.defineProperty(process, 'versions', { value });
  beforeEach(() => void deno({ ...versions, deno: '2.9.6' }));
  afterEach(() => void deno(versions));

  it('sends every signal by the process ID, because child.kill() sends one only', () => {
    const send = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { child, kill } = aChild();
    expect([killChild(child, 'SIGTERM'), killChild(child, 'SIGKILL')]).toEqual([true, true]);
    expect(send.mock.calls).toEqual([
      [77, 'SIGTERM'],
      [77, 'SIGKILL'],
    ]);
    expect(kill).not.toHaveBeenCalled();
    send.mockRestore();
  });

  it('sends nothing after the exit', () => {
    expect(killChild(aChild(0).child, 'SIGTERM')).toBe(false);
    expect(killChild(aChild(null, 'SIGHUP').child, 'SIGTERM')).toBe(false);
  });

  it('reports that there is no such process', () => {
    const send = vi.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    });
    expect(killChild(aChild().child, 'SIGTERM')).toBe(false);
    send.mockRestore();
  });
});

describe('ending a child on Windows', () => {
  beforeEach(() => {
    on('win32');
    vi.stubEnv('SystemRoot', 'D:\\Win');
  });

  it('ends its descendants first, with taskkill', () => {
    const { child, kill } = aChild();
    expect(killChild(child, 'SIGINT')).toBe(true);
    expect(spawn).toHaveBeenCalledExactlyOnceWith(
      path.join('D:\\Win', 'System32', 'taskkill.exe'),
      ['/PID', '77', '/T', '/F'],
      { stdio: 'ignore', windowsHide: true },
    );
    expect(kill).not.toHaveBeenCalled();
    (vi.mocked(spawn).mock.results[0]?.value as EventEmitter).emit('exit', 0);
    expect(kill).toHaveBeenCalledExactlyOnceWith('SIGINT');
  });

  it('finds taskkill in the usual folder of Windows', () => {
    vi.stubEnv('SystemRoot', undefined);
    killChild(aChild().child, 'SIGTERM');
    expect(vi.mocked(spawn).mock.calls[0]?.[0]).toContain('C:\\Windows');
  });

  it('ends the child even without taskkill', () => {
    const { child, kill } = aChild();
    killChild(child, 'SIGTERM');
    (vi.mocked(spawn).mock.results[0]?.value as EventEmitter).emit('error', new Error('ENOENT'));
    expect(kill).toHaveBeenCalledExactlyOnceWith('SIGTERM');
  });

  it('runs taskkill only once', () => {
    const { child } = aChild();
    killChild(child, 'SIGTERM');
    expect(killChild(child, 'SIGKILL')).toBe(true);
    expect(spawn).toHaveBeenCalledTimes(1);
  });

  it.each([
    [0, null],
    [null, 'SIGTERM'],
  ] as const)('does nothing to one that has ended with %j, %j', (code, signal) => {
    expect(killChild(aChild(code, signal).child, 'SIGTERM')).toBe(false);
    expect(spawn).not.toHaveBeenCalled();
  });

  it('leaves an unknown signal to Node, which rejects it', () => {
    const { child } = aChild();
    expect(() => killChild(child, 'nonsense' as NodeJS.Signals)).toThrow(TypeError);
    expect(spawn).not.toHaveBeenCalled();
  });

  it('reports the requested signal, which Windows does not', () => {
    const { child } = aChild();
    expect(childExitStatus(child, 1, null)).toMatchObject({ code: 1, signal: null });
    killChild(child, 'SIGINT');
    expect(childExitStatus(child, 1, null)).toMatchObject({ code: null, signal: 'SIGINT' });
    // It had ended by itself before.
    expect(childExitStatus(child, 0, null)).toMatchObject({ code: 0, signal: null });
    expect(childExitStatus(child, null, 'SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  });
});
