import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ExitStatus } from './exit-status.js';

/** Number of bytes of stderr that are kept, the newest ones. Unit: bytes. */
export const STDERR_BUFFER_CAP = 65_536;

/** Silence after the exit that ends stderr if the kernel cannot report an empty queue. Unit: milliseconds. */
export const DRAIN_JOIN_TIMEOUT_MS = 50;

/** A line longer than this is delivered in pieces (`complete: false`). Unit: bytes. */
export const MAX_LINE_BYTES = 65_536;

/** The connection of the child's fd 2. Backends of other authors have their own names. */
export type StderrBackendName = 'socketpair' | 'pipe' | 'tcp-loopback' | 'inherit' | (string & {});

/**
 * How the capture ended.
 * - `eof`: every writer closed its end.
 * - `shutdown`: {@link StderrAuxChannel.shutdownRead} was called.
 * - `abandoned`: the child exited while another process still held its fd 2. The capture contains
 *   everything that was queued at the exit and no longer changes.
 * - `error`: reading failed.
 */
export type StderrEnd = 'eof' | 'shutdown' | 'abandoned' | 'error';

/** The state of the child's stderr at one moment. */
export interface StderrSnapshot {
  /** The newest bytes, at most {@link STDERR_BUFFER_CAP}; a copy that the caller owns. */
  readonly bytes: Uint8Array;
  readonly totalBytes: number;
  /** Number of bytes that are no longer in the window: `totalBytes - bytes.length`. */
  readonly discardedBytes: number;
  /** Number of lines that were dropped because the subscriber was too slow. */
  readonly droppedWarnings: number;
  readonly backend: StderrBackendName;
  /** `null` while the channel is open. */
  readonly ended: StderrEnd | null;
}

/** One line of stderr, or a piece of one. */
export interface StderrLine {
  /** Without the line end (LF, or CRLF as ssh's own messages have it). */
  readonly bytes: Uint8Array;
  /** {@link bytes} as UTF-8, with U+FFFD for invalid bytes. Decoded on first access. */
  readonly text: string;
  /** Number of this line or piece in the channel, from 0. A gap means that lines were dropped. */
  readonly seq: number;
  /** `false` for a piece of a line over {@link MAX_LINE_BYTES}, and for a last line without an end. */
  readonly complete: boolean;
  /** When the line was split off. Unit: milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The stderr of one child, drained whether or not it has a consumer: `<Promise<void>>` for transports on
 * an event loop, `<void>` for blocking ones.
 */
export interface StderrAuxChannel<Join extends void | Promise<void> = void | Promise<void>> {
  readonly backend: StderrBackendName;
  /** Returns the same bytes as `snapshot().bytes`. May be called at any time; never throws. */
  collected(): Uint8Array;
  /** Returns the current state. May be called at any time; never throws. */
  snapshot(): StderrSnapshot;
  /**
   * Reads what is queued and closes the parent's end. The next write of a surviving process fails with
   * EPIPE (SIGPIPE). After {@link join}, also drops forwarded bytes that have not been written yet.
   * Idempotent, never throws; may be called from a line subscriber.
   */
  shutdownRead(): void;
  /**
   * After the child's exit, completes the capture and its forwarding without waiting for processes that
   * inherited fd 2. Before the exit, reads for up to {@link DRAIN_JOIN_TIMEOUT_MS} and leaves the channel
   * open. Idempotent; the wait is bounded.
   */
  join(): Join;
  /**
   * Calls {@link join}. Then, if the status is not a success, prints a headline on stderr, and the
   * captured tail if it was not forwarded. Prints at most once per channel.
   */
  joinAndSurfaceOnError(status: ExitStatus): Join;
}

/** Receives bytes in a buffer of the reader's choice. Chunks are views of it, valid during the call. */
export interface ReadSink {
  readonly buffer: Uint8Array;
  /** `false` stops reading until the stream is resumed. */
  onChunk(chunk: Uint8Array): boolean;
}

/** The state of the kernel's queue after {@link StderrEndpoint.takeQueued}. */
export type QueueState =
  /** No writer is left, and nothing is queued. */
  | 'eof'
  /** Nothing more was queued, but a writer still holds the other end. */
  | 'open'
  /** The platform cannot report it. */
  | 'unknown';

/** A way to carry stderr from a child to this process. */
export interface StderrBackend {
  readonly name: Exclude<StderrBackendName, 'inherit'>;
  /** URL of a file whose default export is this backend, so that a thread can load it. */
  readonly module: string;
  /** Opens a connected pair. @throws BackendUnavailableError (as rejection); the next backend is then tried */
  open(): Promise<StderrEndpoint>;
}

/** A descriptor that its holder must close. */
export interface OwnedDescriptor {
  readonly fd: number;
  /** Never throws. */
  close(): void;
}

/** A pair of descriptors, from before the spawn to the end of stderr. */
export interface StderrEndpoint {
  readonly backend: Exclude<StderrBackendName, 'inherit'>;
  /** The value for `stdio[2]` of `spawn`. This endpoint owns a descriptor number until {@link attach}. */
  readonly childStdio: number | 'pipe';
  /**
   * Call once, right after spawn. Closes our copy of the child's end and returns the parent's end, which
   * the caller then owns. A backend may deliver bytes to `sink` instead of in `data` events.
   */
  attach(child: ChildProcess, sink?: ReadSink): Readable;
  /** Reads what the kernel has queued, without waiting. Chunks are valid only during the call. */
  takeQueued?(receive: (chunk: Uint8Array) => void): QueueState;
  /**
   * Returns a close-on-exec duplicate of a descriptor, so that its owner may close it during forwarding.
   * @throws Error with the system's `code`
   */
  duplicate?: ((fd: number) => OwnedDescriptor) | undefined;
  /** Ends the reading direction so that later writes fail. Idempotent, never throws. */
  shutdownRead(): void;
  /** Closes both ends; for use if there is no spawn. Idempotent, never throws. */
  dispose(): void;
}
