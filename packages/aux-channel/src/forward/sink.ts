import type { Writable } from 'node:stream';

/** A writer that has left a line unfinished. */
export interface OpenLineOwner {
  /** Called when another writer ends the line. Returns the bytes that must precede the line feed. */
  endLine(): Uint8Array;
}

/** The place that forwarded bytes go to. All channels that forward to the same place share its sink. */
export interface ForwardSink {
  readonly isTerminal: boolean;
  /** The writer whose last line is not ended yet; `null` where the next byte begins a line. */
  openLineOwner: OpenLineOwner | null;
  /** `false` once the sink has failed or was closed: it accepts nothing any more. */
  readonly usable: boolean;
  /**
   * `false` for a descriptor that could not be duplicated: its owner may close it as soon as the
   * transfer is over, so nothing may be written to it after that.
   */
  readonly isOwned: boolean;
  /**
   * Accepts all of `bytes`, and copies what cannot be written at once. Returns `false` when the sink
   * is behind: the caller should not write again before {@link onceReady}. Never throws.
   */
  write(bytes: Uint8Array): boolean;
  /** Calls back once, when the sink has caught up or failed; at once if it is ready. */
  onceReady(callback: () => void): void;
  /**
   * Resolves when the bytes accepted so far have been written, when the sink has failed, or when it
   * made no progress for {@link FLUSH_STALL_MS}: a stuck terminal must not delay the end of a transfer.
   */
  flushed(): Promise<void>;
  /** One more channel forwards to this sink. */
  retain(): void;
  /**
   * A channel has ended its forwarding. After the last one the sink closes its duplicate of the
   * descriptor, once what is pending is written; a descriptor of the caller is not written again.
   */
  release(): void;
  /** Drops what is pending, unless another channel uses the sink. */
  drop(): void;
}

/**
 * Values of `forward.to`: a stream, a function, or the descriptor of a file or terminal. A function
 * that returns a promise is called again only after that promise settles; meanwhile the child waits.
 */
export type ForwardTarget = Writable | ((chunk: Uint8Array) => unknown) | number;
