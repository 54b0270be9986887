import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { pathToFileURL } from 'node:url';
import { pipeBackend } from '@rsync-io/pipe';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { childProcesses, isAlive, openDescriptors, waitUntil } from '@rsync-io/testkit';
import { DrainThreadLostError, type SshConnection } from '@rsync-io/transport-sync';
import { describe, expect, it } from 'vitest';
import { fixture, start } from './helpers.js';

const dyingBy = (how: string): StderrBackend => ({
  name: 'socketpair',
  module: `${pathToFileURL(fixture('dying-backend')).href}?how=${how}`,
  open: () => Promise.reject(new Error('only for the thread')),
});
const doomed = (how: string, steps = 'sleep:60000') =>
  start(steps, { backends: [dyingBy(how), pipeBackend] });

function errorOf(block: () => unknown): unknown {
  try {
    block();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(['exit', 'throw'])('a drain thread that ends by %s', (how) => {
  it.each<[string, string, (connection: SshConnection) => unknown]>([
    ['read()', 'sleep:60000', (c) => c.read(new Uint8Array(1))],
    ['writeAll()', 'sleep:60000', (c) => c.writeAll(new Uint8Array(5_000_000))],
    ['wait()', 'sleep:60000', (c) => c.wait()],
  ])('is an error of %s, and leaves nothing behind', (_, script, block) => {
    start().wait();
    const processes = childProcesses();
    const other = start('sleep:60000');
    const connection = doomed(how, script);
    const error = errorOf(() => block(connection));
    expect(error).toBeInstanceOf(DrainThreadLostError);
    expect(error).toMatchObject({ code: 'ERR_DRAIN_THREAD_LOST', name: 'DrainThreadLostError' });

    // The children of both connections are killed and reaped, although the owner of one made no call.
    expect(isAlive(connection.pid)).toBe(false);
    expect(isAlive(other.pid)).toBe(false);
    expect(childProcesses()).toEqual(processes);
    expect(errorOf(() => other.read(new Uint8Array(1)))).toBe(error);
    expect(errorOf(() => other.wait())).toBe(error);
    expect(other.kill()).toBe(false);
    expect(other.stderrSnapshot().ended).toBe('error');
    connection[Symbol.dispose]();
    other[Symbol.dispose]();
    other[Symbol.dispose]();

    using next = start(['err:again\n', 'exit:3']);
    const { status, stderr } = next.waitWithStderr();
    expect(status.code).toBe(3);
    expect(Buffer.from(stderr).toString()).toBe('again\n');
  });
});

describe('a slow thread', () => {
  it('causes one warning, and no connection is lost', async () => {
    const warnings: NodeJS.ErrnoException[] = [];
    const listener = (warning: Error) => warnings.push(warning);
    process.on('warning', listener);
    using other = start('sleep:60000');
    using connection = doomed('freeze', 'exit:5');
    // The reply arrives only after the freeze ends.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect(connection.wait().code).toBe(5);
    expect(isAlive(other.pid)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listener);
    expect(warnings.map(({ code }) => code)).toEqual(['RSYNC_IO_SLOW_THREAD']);
  });
});

describe('a lost thread', () => {
  it('is detected by tryWait() in a loop that never yields to the event loop', () => {
    const connection = doomed('exit');
    expect(
      errorOf(() => {
        const clock = new Int32Array(new SharedArrayBuffer(4));
        while (connection.tryWait() === null) Atomics.wait(clock, 0, 0, 10);
      }),
    ).toBeInstanceOf(DrainThreadLostError);
    expect(isAlive(connection.pid)).toBe(false);
  });

  it('that was attaching the stderr of a new child leaves no orphan', () => {
    const processes = childProcesses();
    expect(errorOf(() => doomed('attach'))).toBeInstanceOf(DrainThreadLostError);
    expect(childProcesses()).toEqual(processes);
  });

  it('reports what ended it', () => {
    using connection = doomed('throw');
    const error = errorOf(() => connection.wait()) as DrainThreadLostError;
    expect(error.message).toMatch(/thrown in the thread/);
    expect(error.cause).toMatchObject({ message: 'thrown in the thread' });
  });

  it('is detected without a blocking call', async () => {
    const connection = doomed('exit');
    await waitUntil(() => !isAlive(connection.pid), { what: 'the child to be reaped' });
    expect(errorOf(() => connection.tryWait())).toBeInstanceOf(DrainThreadLostError);
  });

  it('leaves no descriptor open, not even its duplicate of a forward target', async () => {
    start().wait();
    const target = openSync(devNull, 'w');
    const before = openDescriptors();
    for (let i = 0; i < 3; i++) {
      using _other = start('sleep:60000', { forward: { to: target } });
      expect(errorOf(() => doomed('exit').wait())).toBeInstanceOf(DrainThreadLostError);
      start().wait();
    }
    await waitUntil(() => openDescriptors() === before, { what: 'the descriptors to close' });
    closeSync(target);
  });
});
