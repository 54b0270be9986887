import type { Writable } from 'node:stream';
import { Waiters } from '../drain/waiters.js';
import { Progress } from './progress.js';

/** A writer that left a line unfinished. */
export interface OpenLineOwner {
  /** Called when another writer ends the line. Returns the bytes that must precede the line feed. */
  endLine(): Uint8Array;
}

/** A destination of forwarded bytes. All channels that forward to the same destination share its sink. */
export abstract class ForwardSink {
  abstract readonly isTerminal: boolean;
  /** `false` once the sink has failed or was closed and accepts no more bytes. */
  abstract readonly usable: boolean;
  /** `false` for a descriptor that could not be duplicated: its owner may close it after the transfer. */
  readonly isOwned: boolean = true;
  /** The writer whose last line is unfinished; `null` if the next byte begins a line. */
  openLineOwner: OpenLineOwner | null = null;
  /** Number of channels that forward to this sink. */
  protected users = 0;
  protected readonly progress = new Progress();
  protected readonly ready = new Waiters();
  protected abstract readonly isBehind: boolean;

  /**
   * Accepts all of `bytes`, and copies what cannot be written immediately. Returns `false` if the sink is
   * behind; the caller should then wait for {@link onceReady}. Never throws.
   */
  abstract write(bytes: Uint8Array): boolean;

  /** Calls back once, when the sink has caught up or failed; immediately if it is ready. */
  onceReady(callback: () => void): void {
    if (this.isBehind && this.usable) this.ready.add(callback);
    else callback();
  }

  /**
   * Resolves when the bytes accepted so far have been written or the sink has failed. Gives up after
   * {@link FLUSH_STALL_MS} without progress: a stuck terminal must not delay the end of a transfer.
   */
  flushed(): Promise<void> {
    return this.progress.flushed();
  }

  /** Called when another channel starts to forward to this sink. */
  retain(): void {
    this.users += 1;
  }

  /**
   * Called when a channel ends its forwarding. After the last one, the sink writes what is pending and
   * closes its duplicate; it no longer writes to a descriptor of the caller.
   */
  release(): void {
    this.users -= 1;
  }

  /** Drops pending bytes, unless another channel uses the sink. */
  abstract drop(): void;
}

/**
 * Values of `forward.to`: a stream, a function or a descriptor number. A function that returns a promise
 * is called again only after that promise settles; meanwhile the child waits.
 */
export type ForwardTarget = Writable | ((chunk: Uint8Array) => unknown) | number;
