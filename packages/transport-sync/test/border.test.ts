import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  BackendUnavailableError,
  IoTimeoutError,
  SpawnError,
  WarningQueue,
} from '@rsync-io/aux-channel';
import { LineBatch } from '@rsync-io/aux-channel/transport';
import { beforeEach, describe, expect, it } from 'vitest';
import { recordError } from '../src/error-record.js';
import { Liveness } from '../src/link/liveness.js';
import { requireOwnModules, threadFile } from '../src/link/thread-file.js';
import { packLines, unpackLines } from '../src/packed-lines.js';
import { revivedError } from '../src/revived-error.js';
import { ThreadSlot, threadSlots, ThreadState } from '../src/slots.js';

const crossed = <T>(value: T): T => structuredClone(value);

describe('between threads', () => {
  it.each([
    new SpawnError('ENOENT', 'ssh', 'no ssh', { cause: new RangeError('inner') }),
    new BackendUnavailableError('socketpair', 'no koffi'),
    new BackendUnavailableError('pipe', 'The pipe backend is unavailable: said twice'),
    new IoTimeoutError('host', { timeoutMs: 20, stderr: Uint8Array.of(1, 2) }),
    Object.assign(new TypeError('wrong'), { code: 'ERR_WRONG' }),
    new Error('plain'),
  ])('an error keeps class, code and message: %s', (error) => {
    const revived = revivedError(crossed(recordError(error)));
    expect(revived.constructor).toBe(error.constructor);
    expect(revived).toMatchObject({ ...error, message: error.message, name: error.name });
    if (error.cause) expect(revived.cause).toBeInstanceOf(RangeError);
  });

  it('an error gets the stack of the caller and keeps its name', () => {
    const { stack } = revivedError(crossed(recordError(new SpawnError('ENOENT', 'ssh', 'no ssh'))));
    expect(stack).toMatch(/^SpawnError: no ssh\n.*border\.test/);
  });

  it('an error drops what cannot be cloned', () => {
    const error = Object.assign(new Error('odd'), { code: 'X', callback: () => {}, self: {} });
    expect(revivedError(crossed(recordError(error)))).toMatchObject({ message: 'odd', code: 'X' });
  });

  it('any other value becomes an error', () => {
    expect(revivedError(crossed(recordError('text'))).message).toBe('text');
    expect(revivedError(crossed(recordError(undefined))).message).toBe('undefined');
    expect(recordError(Object.create(null)).message).toMatch(/cannot be converted to a string/);
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
  const running = () => {
    const slots = threadSlots();
    Atomics.store(slots, ThreadSlot.state, ThreadState.running);
    return slots;
  };

  it('counts unanswered pings instead of time, so that a suspended process does not lose its thread', () => {
    let pings = 0;
    const liveness = new Liveness(running(), () => (pings += 1));
    expect(liveness.check()).toBeNull();
    expect(pings).toBe(1);
    expect(liveness.check()).toBeNull();
    expect(pings).toBe(1);
  });

  it('detects immediately that a thread has announced its end', () => {
    const slots = threadSlots();
    Atomics.store(slots, ThreadSlot.state, ThreadState.dead);
    expect(new Liveness(slots, () => {}).check()).toBe('it ended');
  });

  it.runIf(process.platform === 'linux')(
    'knows at once of a thread whose task is gone, and of one whose task is there',
    () => {
      const slots = running();
      Atomics.store(slots, ThreadSlot.threadId, process.pid);
      expect(new Liveness(slots, () => {}).check()).toBeNull();
      Atomics.store(slots, ThreadSlot.threadId, 2 ** 31 - 1);
      expect(new Liveness(slots, () => {}).check()).toBe('it ended');
    },
  );
});

describe('the file of the thread', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-bundle-'));
  const bundle = pathToFileURL(path.join(folder, 'bundle.js')).href;
  const file = path.join(folder, 'drain-thread.js');
  const refusal = (message: RegExp) =>
    expect.objectContaining({
      code: 'ERR_WIRE_UNAVAILABLE',
      message: expect.stringMatching(message) as string,
    });
  beforeEach(() => rmSync(file, { force: true }));

  it('is rejected if a bundler left it out, with the setting to change', () => {
    expect(() => threadFile(bundle)).toThrow(refusal(/drain-thread\.js.*external/));
    expect(() => threadFile(undefined)).toThrow(refusal(/external/));
  });

  it('is rejected if it is another file of that name', () => {
    writeFileSync(file, 'console.log("the program of the user")');
    expect(() => threadFile(bundle)).toThrow(refusal(/another one.*external/));
  });

  it('is recognized in the build', () => {
    copyFileSync(new URL('../dist/drain-thread.js', import.meta.url), file);
    expect(threadFile(bundle).href).toBe(pathToFileURL(file).href);
  });

  it('is never the main module: a backend that was bundled into it is rejected', () => {
    const inlined = [{ name: 'pipe', module: bundle }] as const;
    expect(() => requireOwnModules(inlined, fileURLToPath(bundle))).not.toThrow();
    writeFileSync(fileURLToPath(bundle), '');
    expect(() => requireOwnModules(inlined, fileURLToPath(bundle))).toThrow(
      refusal(/pipe backend was bundled.*external/),
    );
    expect(() => requireOwnModules(inlined, undefined)).not.toThrow();
  });
});
