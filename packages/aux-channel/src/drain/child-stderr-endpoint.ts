import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { readQueued } from './read-queued.js';
import type { QueueState, StderrEndpoint } from '../trait/trait.js';

/**
 * Above the capacity of the socketpair that libuv makes on Unix (`src/unix/process.c`): 208 KiB by
 * default on Linux, less elsewhere.
 */
const QUEUE_LIMIT_BYTES = 262_144;

/** A stream of Node's that reads a descriptor; the number is there on Unix only. */
interface DescriptorStream extends Readable {
  readonly _handle?: { readonly fd?: number } | null;
  unref?(): unknown;
}

/**
 * The endpoint over Node's own `stdio: 'pipe'`: works wherever Node does. Node makes the pair at
 * spawn and closes the child's end itself.
 */
export class ChildStderrEndpoint implements StderrEndpoint {
  readonly backend = 'pipe';
  readonly childStdio = 'pipe';
  #stream: DescriptorStream | null = null;

  attach(child: ChildProcess): Readable {
    if (child.stderr === null) {
      throw new TypeError("The child was not spawned with 'pipe' as stdio[2].");
    }
    this.#stream = child.stderr;
    return child.stderr;
  }

  takeQueued(receive: (chunk: Uint8Array) => void): QueueState {
    const stream = this.#stream;
    if (stream === null || stream.destroyed || stream.readableEnded) return 'eof';
    const fd = stream._handle?.fd ?? -1;
    return fd < 0 ? 'unknown' : readQueued(fd, QUEUE_LIMIT_BYTES, receive);
  }

  shutdownRead(): void {
    this.#stream?.destroy();
  }

  dispose(): void {
    // Node makes the pair at spawn: before it there is nothing to close.
  }
}
