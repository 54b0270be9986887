import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { OwnedDescriptor, QueueState, ReadSink, StderrEndpoint } from '../trait/trait.js';
import { descriptorOf, readQueued } from './read-queued.js';

/** The parts of an endpoint that depend on the backend. Each end is closed once. */
export interface EndpointParts {
  readonly backend: StderrEndpoint['backend'];
  readonly childStdio: number | 'pipe';
  /** Returns the parent's end as a stream. Called once, right after the spawn. */
  open(child: ChildProcess, sink?: ReadSink): Readable;
  /** Closes this process's copy of the child's end. */
  closeChildEnd?(): void;
  /** Closes a parent's end that was never opened as a stream. */
  closeParentEnd?(): void;
  /** Returns the number of bytes queued in the descriptor. Throws if the system cannot report it. */
  queuedBytes?(fd: number): number;
  /** Shuts the descriptor down before its stream is destroyed. May throw. */
  shutdown?(fd: number): void;
  /** See {@link StderrEndpoint.duplicate}. */
  duplicate?(fd: number): OwnedDescriptor;
}

/** An endpoint whose parent's end is a Node stream. */
export class StreamEndpoint implements StderrEndpoint {
  readonly backend: StderrEndpoint['backend'];
  readonly childStdio: number | 'pipe';
  readonly duplicate: ((fd: number) => OwnedDescriptor) | undefined;
  readonly #parts: EndpointParts;
  #stream: Readable | null = null;
  #disposed = false;

  constructor(parts: EndpointParts) {
    this.backend = parts.backend;
    this.childStdio = parts.childStdio;
    this.duplicate = parts.duplicate;
    this.#parts = parts;
  }

  attach(child: ChildProcess, sink?: ReadSink): Readable {
    this.#stream = this.#parts.open(child, sink);
    this.#parts.closeChildEnd?.();
    return this.#stream;
  }

  takeQueued(receive: (chunk: Uint8Array) => void): QueueState {
    if (this.#stream === null) return 'eof';
    return readQueued(this.#stream, receive, this.#parts.queuedBytes);
  }

  shutdownRead(): void {
    const stream = this.#stream;
    if (stream === null || stream.destroyed) return;
    try {
      this.#parts.shutdown?.(descriptorOf(stream));
    } catch {
      // ENOTCONN on BSD if the child's end is closed. Destroying the stream is then sufficient.
    }
    stream.destroy();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#stream !== null) return void this.#stream.destroy();
    this.#parts.closeChildEnd?.();
    this.#parts.closeParentEnd?.();
  }
}
