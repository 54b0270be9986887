import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenLineOwner } from '../../src/forward/sink.js';

const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-sink-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The kind of fd 2 that the module finds: a pipe, a socket, or neither. */
const standard = vi.hoisted(() => ({ kind: 'file' as 'file' | 'pipe' | 'socket' | 'closed' }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    fstatSync: (fd: number, ...rest: []) => {
      if (fd !== 2) return fs.fstatSync(fd, ...rest);
      if (standard.kind === 'closed') throw Object.assign(new Error('EBADF'), { code: 'EBADF' });
      return {
        isFIFO: () => standard.kind === 'pipe',
        isSocket: () => standard.kind === 'socket',
      };
    },
  };
});

type SinkModule = typeof import('../../src/forward/sinks.js');
let module: SinkModule;
beforeEach(async () => {
  vi.resetModules();
  module = await import('../../src/forward/sinks.js');
});

describe('the sink of a destination', () => {
  it('is the same for the same stream or function', () => {
    const { sinkFor } = module;
    const stream = new PassThrough();
    const call = () => undefined;
    expect(sinkFor(stream)).toBe(sinkFor(stream));
    expect(sinkFor(call)).toBe(sinkFor(call));
    expect(sinkFor(stream)).not.toBe(sinkFor(new PassThrough()));
    expect(sinkFor(call)).not.toBe(sinkFor(() => undefined));
  });

  it('is a new one after the old one has failed', () => {
    const { sinkFor } = module;
    const call = vi.fn(() => {
      throw new Error('no');
    });
    const failed = sinkFor(call);
    failed.write(Buffer.from('a'));
    expect(failed.usable).toBe(false);
    expect(sinkFor(call)).not.toBe(failed);
    expect(sinkFor(call).usable).toBe(true);
  });

  describe('for a descriptor', () => {
    let fd: number;
    const file = path.join(folder, 'one');
    beforeAll(() => void (fd = openSync(file, 'w')));
    afterAll(() => closeSync(fd));

    it('is the same as long as it refers to the same file', () => {
      const { sinkFor } = module;
      const sink = sinkFor(fd);
      expect(sinkFor(fd)).toBe(sink);
      sink.write(Buffer.from('written\n'));
      expect(readFileSync(file, 'utf8')).toBe('written\n');
    });

    it('is a new one if the number refers to another file', () => {
      const { sinkFor } = module;
      const first = openSync(path.join(folder, 'two'), 'w');
      const sink = sinkFor(first);
      closeSync(first);
      const second = openSync(path.join(folder, 'three'), 'w');
      expect(second).toBe(first);
      expect(sinkFor(second)).not.toBe(sink);
      closeSync(second);
    });

    it('writes to a duplicate, never to a file that is later opened under the same number', () => {
      const { sinkFor } = module;
      const [log, foreign] = ['log', 'foreign'].map((name) => path.join(folder, name)) as [
        string,
        string,
      ];
      const number = openSync(log, 'w');
      const own = openSync(log, 'a');
      const sink = sinkFor(number, () => ({ fd: own, close: () => closeSync(own) }));
      sink.retain();
      closeSync(number);
      const reused = openSync(foreign, 'w');
      expect(reused).toBe(number);
      sink.write(Buffer.from('of a grandchild\n'));
      sink.release();
      expect(() => closeSync(own)).toThrow('EBADF');
      closeSync(reused);
      expect(readFileSync(log, 'utf8')).toBe('of a grandchild\n');
      expect(readFileSync(foreign, 'utf8')).toBe('');
    });

    it('writes to the original descriptor if it cannot be duplicated', () => {
      const { sinkFor } = module;
      const duplicate = () => {
        throw new Error('EMFILE');
      };
      expect(sinkFor(fd, duplicate).isOwned).toBe(false);
      expect(sinkFor(2, duplicate).isOwned).toBe(true);
    });

    it('ends a line that was left unfinished before it was reopened', () => {
      const { sinkFor } = module;
      const owner = { endLine: () => new Uint8Array() };
      const sink = sinkFor(fd);
      sink.retain();
      sink.openLineOwner = owner;
      sink.release();
      expect(sinkFor(fd)).not.toBe(sink);
      expect(sinkFor(fd).openLineOwner).toBe(owner);
    });

    it('exists even for a closed descriptor, and fails on the first write', () => {
      const { sinkFor } = module;
      const closed = openSync(path.join(folder, 'four'), 'w');
      closeSync(closed);
      const sink = sinkFor(closed);
      expect(sinkFor(closed)).toBe(sink);
      sink.write(Buffer.from('x'));
      expect(sink.usable).toBe(false);
      expect(sinkFor(closed)).not.toBe(sink);
    });
  });
});

describe("this process's stderr", () => {
  afterEach(() => void (standard.kind = 'file'));

  it.each(['pipe', 'socket'] as const)(
    "goes through Node's stream when it is a %s, whose reader may stall",
    (kind) => {
      standard.kind = kind;
      expect(module.standardErrorSink()).toBe(module.sinkFor(process.stderr));
    },
  );

  it.each(['file', 'closed'] as const)('is written directly if it is a %s', (kind) => {
    standard.kind = kind;
    expect(module.standardErrorSink()).toBe(module.sinkFor(2));
  });

  it('is checked only once', () => {
    const sink = module.standardErrorSink();
    standard.kind = 'pipe';
    expect(module.standardErrorSink()).toBe(sink);
  });

  describe('with a replaced `write`', () => {
    afterEach(() => void Reflect.deleteProperty(process.stderr, 'write'));

    it.each(['file', 'pipe'] as const)('is written through the replacement, for a %s', (kind) => {
      standard.kind = kind;
      const original = module.standardErrorSink();
      const seen: string[] = [];
      process.stderr.write = (chunk: Uint8Array | string) => {
        seen.push(Buffer.from(chunk as Uint8Array).toString());
        return true;
      };
      const sink = module.standardErrorSink();
      expect(sink.write(Buffer.from('shown\n'))).toBe(true);
      expect(seen).toEqual(['shown\n']);
      expect(module.standardErrorSink()).toBe(sink);
      Reflect.deleteProperty(process.stderr, 'write');
      expect(module.standardErrorSink()).toBe(original);
    });

    it('is not written again from within the replacement', () => {
      const seen: string[] = [];
      process.stderr.write = (chunk: Uint8Array | string) => {
        seen.push(`begin ${Buffer.from(chunk as Uint8Array).toString()}`);
        if (seen.length === 1) module.standardErrorSink().write(Buffer.from('b'));
        seen.push('end');
        return true;
      };
      module.standardErrorSink().write(Buffer.from('a'));
      expect(seen).toEqual(['begin a', 'end', 'begin b', 'end']);
    });
  });

  it('is written directly by a thread that serves a blocked one, with a probe that prevents blocking', () => {
    standard.kind = 'pipe';
    vi.useFakeTimers(); // The sink tries again by a timer.
    const isWritable = vi.fn(() => false);
    module.writeDescriptorsDirectly({ bytes: 4_096, isWritable });
    const sink = module.standardErrorSink();
    expect(sink).toBe(module.sinkFor(2));
    expect(sink.write(Buffer.from('never shown'))).toBe(false);
    expect(isWritable).toHaveBeenCalledWith(2);
    vi.useRealTimers();
  });
});

describe('a message of rsync-io', () => {
  const shownAfter = (openLineOwner: OpenLineOwner | null) => {
    let shown = '';
    const sink = module.sinkFor((chunk) => void (shown += Buffer.from(chunk).toString()));
    sink.openLineOwner = openLineOwner;
    module.writeMessage(sink, Buffer.from('message\n'));
    expect(sink.openLineOwner).toBeNull();
    return shown;
  };

  it('is printed on a separate line', () => {
    expect(shownAfter(null)).toBe('message\n');
    expect(shownAfter({ endLine: () => Buffer.from('\x1b[0m') })).toBe('\x1b[0m\nmessage\n');
  });
});
