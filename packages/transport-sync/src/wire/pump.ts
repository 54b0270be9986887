import { fstatSync, readSync, writeSync } from 'node:fs';
import { type BlockingWire, SLICE_MS } from './blocking-wire.js';
import { wirePlatform } from './platform.js';
import type { Interest } from './wire-platform.js';

const BLOCK_BYTES = 262_144;

/** The two descriptors of this process that a wire is connected to. The caller keeps ownership. */
export interface PumpEnds {
  readonly input: number;
  readonly output: number;
}

/** Bytes in transit in one direction. */
class Block {
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  #start = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** Free space, while the block is empty. */
  get scratch(): Uint8Array {
    return this.#bytes;
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Returns the result of `read`: a count, or -1 for nothing. */
  fill(read: (into: Uint8Array) => number): number {
    const count = read(this.#bytes);
    this.#start = 0;
    this.#end = Math.max(0, count);
    return count;
  }

  take(count: number): void {
    this.#start += count;
  }
}

/**
 * Copies both directions of a wire on one thread. Waits for all descriptors that are needed at the
 * moment, and never makes a call that blocks on one of them. Ends with the child's stdout.
 */
export function pump(wire: BlockingWire, ends: PumpEnds): void {
  const platform = wirePlatform();
  const writeOutput = outputWriter(ends.output);
  const outgoing = new Block();
  const incoming = new Block();
  let inputOpen = true;

  const fillOutgoing = () => {
    const count = outgoing.fill((into) => readInput(ends.input, into));
    if (count !== 0) return;
    inputOpen = false;
    wire.closeStdin();
  };
  const drainOutgoing = () => {
    try {
      outgoing.take(wire.tryWrite(outgoing.rest, 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      // The child no longer reads, but may still write.
      outgoing.take(outgoing.rest.length);
      inputOpen = false;
      wire.closeStdin();
    }
  };

  for (;;) {
    const interests: Interest[] = [];
    const actions: (() => boolean | void)[] = [];
    const when = (fd: number, event: Interest['event'], action: () => boolean | void) => {
      interests.push({ fd, event });
      actions.push(action);
    };
    if (!outgoing.isEmpty) when(wire.ends.stdin, 'write', drainOutgoing);
    else if (inputOpen) when(ends.input, 'read', fillOutgoing);
    if (!incoming.isEmpty) {
      when(ends.output, 'write', () => incoming.take(writeOutput(incoming.rest)));
    } else {
      when(wire.ends.stdout, 'read', () => incoming.fill((into) => wire.read(into)) === 0);
    }

    const ready = platform.waitAny(interests, SLICE_MS);
    let ended = false;
    ready.forEach((isReady, i) => {
      if (isReady && actions[i]?.() === true) ended = true;
    });
    if (ended) return;
    if (ready.includes(true)) continue;
    // Another process may still hold the child's stdout.
    if (incoming.isEmpty && wire.isExhausted) return void wire.read(incoming.scratch);
    wire.checkAlive();
  }
}

/** Returns 0 at the end of the stream, and -1 if another process has read the data in the meantime. */
function readInput(fd: number, into: Uint8Array): number {
  try {
    return readSync(fd, into, 0, into.length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EINTR' || code === 'EAGAIN') return -1;
    if (code === 'EOF' || code === 'ECONNRESET') return 0;
    throw error;
  }
}

/** Writes as much as a writable descriptor accepts without waiting, and returns the number of bytes. */
function outputWriter(fd: number): (bytes: Uint8Array) => number {
  const platform = wirePlatform();
  const stats = fstatSync(fd);
  if (stats.isSocket()) return (bytes) => platform.sendNow(fd, bytes);
  const most = stats.isFile() ? BLOCK_BYTES : platform.pipeBuf;
  return (bytes) => {
    try {
      return writeSync(fd, bytes, 0, Math.min(most, bytes.length), null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EINTR' || code === 'EAGAIN') return 0;
      throw error;
    }
  };
}
