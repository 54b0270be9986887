import { fstatSync, readSync, writeSync } from 'node:fs';
import { SLICE_MS } from '../slots.js';
import type { BlockingWire } from './blocking-wire.js';
import { wirePlatform } from './platform.js';
import type { Interest } from './wire-platform.js';

const BLOCK_BYTES = 262_144;

class Block {
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  #start = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Returns the result of `read`: a count, or -1 if no data was available. */
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
 * Copies between a wire and two descriptors, which the caller keeps, until the child's stdout ends. Waits
 * for all descriptors at once; no call blocks on a single one.
 */
export function pump(wire: BlockingWire, input: number, output: number): void {
  const platform = wirePlatform();
  const writeOutput = outputWriter(output);
  const outgoing = new Block();
  const incoming = new Block();
  let inputOpen = true;

  const endInput = () => {
    inputOpen = false;
    wire.ends.close('stdin');
  };
  const fillOutgoing = () => {
    if (outgoing.fill((into) => readInput(input, into)) === 0) endInput();
  };
  const drainOutgoing = () => {
    try {
      outgoing.take(wire.tryWrite(outgoing.rest, 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      // The child no longer reads, but may still write.
      outgoing.take(outgoing.rest.length);
      endInput();
    }
  };

  /** Returns whether the child's stdout has ended. */
  const fillIncoming = () => incoming.fill((into) => wire.read(into)) === 0;

  for (;;) {
    const steps: (Interest & { run(): unknown })[] = [];
    if (!outgoing.isEmpty) steps.push({ fd: wire.ends.stdin, event: 'write', run: drainOutgoing });
    else if (inputOpen) steps.push({ fd: input, event: 'read', run: fillOutgoing });
    steps.push(
      incoming.isEmpty
        ? { fd: wire.ends.stdout, event: 'read', run: fillIncoming }
        : { fd: output, event: 'write', run: () => incoming.take(writeOutput(incoming.rest)) },
    );
    const ready = platform.waitAny(steps, SLICE_MS);
    const results = steps.filter((_, i) => ready[i]).map((step) => step.run());
    if (results.includes(true)) return;
    if (results.length > 0) continue;
    // Another process may still hold the child's stdout.
    if (incoming.isEmpty && wire.isExhausted) return void fillIncoming();
    wire.owner.checkAlive();
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
