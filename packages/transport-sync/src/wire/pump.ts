import { fstatSync, readSync, writeSync } from 'node:fs';
import { type BlockingWire, SLICE_MS, type Vigil } from './blocking-wire.js';
import { type Interest, wirePlatform } from './platform.js';

const BLOCK_BYTES = 262_144;

/** The two descriptors of this process that a wire is joined to. They stay the caller's. */
export interface PumpEnds {
  readonly input: number;
  readonly output: number;
}

/** Bytes on their way in one direction. */
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

  /** Returns what `read` returned: a count, or -1 for nothing. */
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
 * Both directions of a wire on one thread: waits on all descriptors that have something to do, and
 * makes no call that could wait on one of them.
 *
 * @param exited ends the pumping though another process still holds the child's stdout
 */
export function pump(
  wire: BlockingWire,
  ends: PumpEnds,
  vigil: Vigil,
  exited: () => boolean,
): void {
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
      outgoing.take(wire.tryWrite(outgoing.rest, vigil, 0));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      // The child reads no more, but may still have something to say.
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
    if (!outgoing.isEmpty) when(wire.stdinFd, 'write', drainOutgoing);
    else if (inputOpen) when(ends.input, 'read', fillOutgoing);
    if (!incoming.isEmpty) {
      when(ends.output, 'write', () => incoming.take(writeOutput(incoming.rest)));
    } else {
      when(wire.stdoutFd, 'read', () => incoming.fill((into) => wire.read(into, vigil)) === 0);
    }

    const ready = platform.waitAny(interests, SLICE_MS);
    let ended = false;
    ready.forEach((isReady, i) => {
      if (isReady && actions[i]?.() === true) ended = true;
    });
    if (ended) return;
    if (ready.includes(true)) continue;
    if (incoming.isEmpty && exited() && platform.queuedBytes(wire.stdoutFd) === 0) return;
    vigil();
  }
}

/** 0 at the end; -1 when nothing was there after all: somebody else has read it. */
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

/** Writes what a writable descriptor takes without waiting, whatever it is; returns how much. */
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
