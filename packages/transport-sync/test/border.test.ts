import { BackendUnavailableError, SpawnError, WarningQueue } from '@rsync-io/aux-channel';
import { LineBatch } from '@rsync-io/aux-channel/transport';
import { describe, expect, it } from 'vitest';
import { recordError, revivedError } from '../src/error-record.js';
import { Liveness } from '../src/link/liveness.js';
import { packLines, unpackLines } from '../src/packed-lines.js';
import { ThreadSlot, threadSlots, ThreadState } from '../src/slots.js';
import { wireConstants } from '../src/wire/constants.js';
import { bindUnix } from '../src/wire/unix.js';

const crossed = <T>(value: T): T => structuredClone(value);

describe('across the thread border', () => {
  it.each([
    new SpawnError('ENOENT', 'ssh', 'no ssh', { cause: new RangeError('inner') }),
    new BackendUnavailableError('socketpair', 'no koffi'),
    Object.assign(new TypeError('wrong'), { code: 'ERR_WRONG' }),
    new Error('plain'),
  ])('an error keeps class, code and message: %s', (error) => {
    const revived = revivedError(crossed(recordError(error)));
    expect(revived.constructor).toBe(error.constructor);
    expect(revived).toMatchObject({ ...error, message: error.message, name: error.name });
    if (error.cause) expect(revived.cause).toBeInstanceOf(RangeError);
  });

  it('what is no error becomes one', () => {
    expect(revivedError(crossed(recordError('text'))).message).toBe('text');
    expect(revivedError(crossed(recordError(undefined))).message).toBe('undefined');
  });

  it('lines keep bytes, numbers and completeness', () => {
    const queue = new WarningQueue();
    const source = Buffer.from('a\xff\xfe', 'latin1');
    queue.accept(new LineBatch(source, null, [0, 1, 1, 3], true), 4);
    const [first, second] = unpackLines(crossed(packLines(queue.take())));
    expect(first).toMatchObject({ text: 'a', seq: 4, complete: true });
    expect([...(second?.bytes ?? [])]).toEqual([0xff, 0xfe]);
    expect(second?.text).toBe('\ufffd\ufffd');
    expect(unpackLines(crossed(packLines([])))).toEqual([]);
  });
});

describe('liveness', () => {
  it('counts unanswered pings, not time: a thread that was stopped with us gets its chance', () => {
    const slots = threadSlots();
    Atomics.store(slots, ThreadSlot.state, ThreadState.running);
    let pings = 0;
    const liveness = new Liveness(slots, () => (pings += 1));
    expect(liveness.look()).toBeNull();
    expect(pings).toBe(1);
    expect(liveness.look()).toBeNull();
    expect(pings).toBe(1);
  });

  it('knows at once of a thread that said good-bye', () => {
    const slots = threadSlots();
    Atomics.store(slots, ThreadSlot.state, ThreadState.dead);
    expect(new Liveness(slots, () => {}).look()).toBe('it ended');
  });
});

describe('the platform', () => {
  it.each([
    ['linux', 'x64', 4096],
    ['linux', 'ppc64', 4096],
    ['darwin', 'arm64', 512],
    ['freebsd', 'x64', 512],
  ] as const)('%s on %s has constants', (platform, arch, pipeBuf) => {
    expect(wireConstants(platform, arch)?.PIPE_BUF).toBe(pipeBuf);
  });

  it('without constants is a clear error that names the way out', () => {
    expect(wireConstants('linux', 'mips')).toBeNull();
    expect(() => bindUnix({} as typeof import('koffi'), 'aix', 'ppc64')).toThrow(
      expect.objectContaining({
        code: 'ERR_WIRE_UNAVAILABLE',
        message: expect.stringMatching(/aix on ppc64.*transport-async/) as string,
      }),
    );
  });
});
