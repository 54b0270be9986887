import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import {
  readQueued,
  type QueueState,
  type ReadSink,
  type StderrEndpoint,
} from '@rsync-io/aux-channel/backend';
import type { Libc } from './libc.js';

/**
 * Above what the child's end can queue: the kernel caps the requested SO_SNDBUF. Only used should
 * FIONREAD fail. Unit: bytes.
 */
const QUEUE_LIMIT_BYTES = 4_194_304;

/** Both ends of one socketpair, each closed exactly once. */
export class SocketpairEndpoint implements StderrEndpoint {
  readonly backend = 'socketpair';
  readonly childStdio: number;
  readonly #libc: Libc;
  readonly #parentFd: number;
  #childOpen = true;
  /** `null` until {@link attach}: then the socket owns the parent's descriptor. */
  #socket: Socket | null = null;
  #disposed = false;

  /** Takes over both descriptors. */
  constructor(libc: Libc, parentFd: number, childFd: number) {
    this.#libc = libc;
    this.#parentFd = parentFd;
    this.childStdio = childFd;
  }

  attach(_child: ChildProcess, sink?: ReadSink): Readable {
    this.#closeChildEnd();
    const onread = sink && {
      buffer: sink.buffer,
      callback: (bytes: number) => sink.onChunk(sink.buffer.subarray(0, bytes)),
    };
    this.#socket = new Socket({
      fd: this.#parentFd,
      readable: true,
      writable: false,
      ...(onread && { onread }),
    });
    return this.#socket;
  }

  takeQueued(receive: (chunk: Uint8Array) => void): QueueState {
    const socket = this.#socket;
    if (socket === null) return 'unknown';
    if (socket.destroyed || socket.readableEnded) return 'eof';
    return readQueued(this.#parentFd, this.#queuedBytes(), receive);
  }

  shutdownRead(): void {
    if (this.#socket === null || this.#socket.destroyed) return;
    try {
      this.#libc.shutdownRead(this.#parentFd);
    } catch {
      // ENOTCONN on BSD when the other end is gone already: the destroy below is then enough.
    }
    this.#socket.destroy();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#closeChildEnd();
    if (this.#socket === null) closeSync(this.#parentFd);
    else this.#socket.destroy();
  }

  #closeChildEnd(): void {
    if (!this.#childOpen) return;
    this.#childOpen = false;
    closeSync(this.childStdio);
  }

  #queuedBytes(): number {
    try {
      return this.#libc.queuedBytes(this.#parentFd);
    } catch {
      return QUEUE_LIMIT_BYTES;
    }
  }
}
