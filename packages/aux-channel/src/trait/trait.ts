import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ExitStatus } from './exit-status.js';

/** Number of newest bytes of stderr that are kept, the same for every transport and backend. Unit: bytes. */
export const STDERR_BUFFER_CAP = 65_536;

/**
 * Where the kernel cannot report an empty queue, stderr ends after the child's exit with a quiet period
 * of this length, restarted by every chunk. Unit: milliseconds.
 */
export const DRAIN_JOIN_TIMEOUT_MS = 50;

/** A line longer than this is delivered in pieces (`complete: false`). Unit: bytes. */
export const MAX_LINE_BYTES = 65_536;

/** The carrier of the child's fd 2: a backend, or the parent's own fd 2 (`inherit`). */
export type StderrBackendName = 'socketpair' | 'pipe' | 'tcp-loopback' | 'inherit';

/**
 * How the capture ended.
 * - `eof`: every writer closed its end.
 * - `shutdown`: {@link StderrAuxChannel.shutdownRead} was called.
 * - `abandoned`: the child exited while another process still held its fd 2. The capture holds all
 *   that was queued at the exit and is frozen.
 * - `error`: reading failed.
 */
export type StderrEnd = 'eof' | 'shutdown' | 'abandoned' | 'error';

/** The state of the child's stderr at one moment. */
export interface StderrSnapshot {
  /** The newest bytes, at most {@link STDERR_BUFFER_CAP}; a copy that the caller owns. */
  readonly bytes: Uint8Array;
  /** Bytes ever received. */
  readonly totalBytes: number;
  /** Bytes that slid out of the window: `totalBytes - bytes.length`. */
  readonly discardedBytes: number;
  /** Lines that the subscriber missed because it was slower than the child. */
  readonly droppedWarnings: number;
  readonly backend: StderrBackendName;
  /** `null` while the channel is open. */
  readonly ended: StderrEnd | null;
}

/** One line of stderr, or a piece of one. */
export interface StderrLine {
  /** Without the line end (LF, or CRLF as ssh's own messages have it). */
  readonly bytes: Uint8Array;
  /** {@link bytes} as UTF-8, with U+FFFD for invalid bytes. Decoded when first read. */
  readonly text: string;
  /** Counts lines and pieces of this channel, from 0. A gap means that lines were dropped. */
  readonly seq: number;
  /** `false` for a piece of a line longer than {@link MAX_LINE_BYTES}, and for a last line without its end. */
  readonly complete: boolean;
  /** When the line was split off. Unit: milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The stderr of one child, drained whether or not it has a consumer.
 *
 * Transports on an event loop use `StderrAuxChannel<Promise<void>>`; blocking ones `<void>`.
 */
export interface StderrAuxChannel<Join extends void | Promise<void> = void | Promise<void>> {
  readonly backend: StderrBackendName;
  /** The same bytes as `snapshot().bytes`. Any time, never throws. */
  collected(): Uint8Array;
  /** Any time, never throws. */
  snapshot(): StderrSnapshot;
  /**
   * Takes what is queued and closes the parent's end. A writer that lives on gets EPIPE (SIGPIPE)
   * at its next write. After {@link join}, also drops forwarded bytes that could not be written yet.
   * Idempotent, never throws; may be called from a subscriber to lines.
   */
  shutdownRead(): void;
  /**
   * After the child's exit: completes the capture and its forwarding, without waiting for
   * processes that inherited fd 2. Before it: takes what has arrived within
   * {@link DRAIN_JOIN_TIMEOUT_MS}, and the channel stays open. Idempotent and bounded.
   */
  join(): Join;
  /**
   * {@link join}, then for an unsuccessful status one headline and the captured tail on stderr, the
   * tail only if it was not forwarded already. Prints at most once per channel.
   */
  joinAndSurfaceOnError(status: ExitStatus): Join;
}

/**
 * Reads land in a buffer of the reader's choice. Chunks given to {@link onChunk} are views of it,
 * valid only during the call.
 */
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
  /** The platform cannot tell. */
  | 'unknown';

/** A way to carry stderr from a child to this process. */
export interface StderrBackend {
  readonly name: Exclude<StderrBackendName, 'inherit'>;
  /** URL of a file whose default export is this backend, so that a thread can load it. */
  readonly module: string;
  /**
   * Makes one connected pair.
   * @throws BackendUnavailableError (as rejection): the next backend is tried
   */
  open(): Promise<StderrEndpoint>;
}

/** A descriptor that its holder must close. */
export interface OwnedDescriptor {
  readonly fd: number;
  /** Never throws. */
  close(): void;
}

/** One pair, from before the spawn to the end. */
export interface StderrEndpoint {
  readonly backend: Exclude<StderrBackendName, 'inherit'>;
  /** Goes to `stdio[2]` of `spawn`. A number stays owned by this endpoint until {@link attach}. */
  readonly childStdio: number | 'pipe';
  /**
   * To be called once, right after spawn: closes our copy of the child's end and returns the
   * parent's end, which the caller then owns. With a `sink`, a backend may deliver the bytes there
   * instead of as `data` events (it reads without allocating).
   */
  attach(child: ChildProcess, sink?: ReadSink): Readable;
  /**
   * Reads what the kernel holds queued at this moment, without waiting for more; `receive` gets
   * views that are valid only during the call.
   */
  takeQueued?(receive: (chunk: Uint8Array) => void): QueueState;
  /**
   * Makes a close-on-exec duplicate of a descriptor of this process. Forwarding to a descriptor number
   * uses it to be independent of the caller's own descriptor.
   * @throws Error with the system's `code`
   */
  duplicate?: ((fd: number) => OwnedDescriptor) | undefined;
  /** Ends the reading direction so that later writes fail. Idempotent, never throws. */
  shutdownRead(): void;
  /** The spawn never happened: closes both ends. Idempotent, never throws. */
  dispose(): void;
}
