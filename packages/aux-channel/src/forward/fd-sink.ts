import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { OwnedDescriptor } from '../trait/trait.js';
import { ForwardSink } from './sink.js';

const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 20;

/** Checks whether a write would block, for threads that must not block. */
export interface WritableProbe {
  /** Number of bytes that a writable descriptor accepts without blocking: PIPE_BUF. Unit: bytes. */
  readonly bytes: number;
  isWritable(fd: number): boolean;
}

/** The owner closes the descriptor: the caller at any time, the sink; `process` never, as it is a standard one. */
type FdOwner = 'process' | 'caller' | OwnedDescriptor;

/**
 * Writes a descriptor with `fs.writeSync`: immediately, and without `process.stderr`, whose first use
 * sets O_NONBLOCK on a file description that other processes share. If another process has set it (ssh
 * does so on inherited descriptors), a timer retries, so that no byte is lost.
 */
export class FdSink extends ForwardSink {
  readonly isTerminal: boolean;
  override readonly isOwned: boolean;
  usable = true;
  #pending: Buffer[] = [];
  #retryTimer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;

  /** @param probe called before each write; without it, a write to a full blocking descriptor blocks */
  constructor(
    private readonly fd: number,
    private readonly owner: FdOwner,
    private readonly probe: WritableProbe | null = null,
  ) {
    super();
    this.isOwned = owner !== 'caller';
    this.isTerminal = isatty(fd);
  }

  protected get isBehind(): boolean {
    return this.progress.pending > 0;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.usable) return true;
    const written = this.isBehind ? 0 : this.#writeNow(bytes);
    if (written === bytes.length || !this.usable) return true;
    const rest = Buffer.from(bytes.subarray(written));
    if (!this.isBehind) this.#retryLater();
    this.#pending.push(rest);
    this.progress.accept(rest.length);
    return false;
  }

  override release(): void {
    super.release();
    if (this.owner === 'caller' || !this.isBehind) this.drop();
  }

  drop(): void {
    // Descriptors 1 and 2 are never closed, and our own messages may still be pending.
    if (this.users === 0 && this.owner !== 'process') this.#close();
  }

  /** Returns the number of bytes written before the descriptor would have blocked. */
  #writeNow(bytes: Uint8Array): number {
    let written = 0;
    const most = this.probe?.bytes ?? Infinity;
    while (written < bytes.length) {
      if (this.probe?.isWritable(this.fd) === false) return written;
      try {
        written += writeSync(this.fd, bytes, written, Math.min(most, bytes.length - written));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EINTR') continue;
        if (code === 'EAGAIN') return written;
        this.#close();
        return bytes.length;
      }
    }
    return written;
  }

  #retryLater(): void {
    // Keeps the process running on purpose, so that accepted bytes are written before it ends.
    this.#retryTimer = setTimeout(() => this.#retry(), this.#retryMs);
  }

  #retry(): void {
    let total = 0;
    while (this.#pending.length > 0) {
      const first = this.#pending[0] as Buffer;
      const written = this.#writeNow(first);
      if (!this.usable) return;
      total += written;
      if (written < first.length) {
        this.#pending[0] = first.subarray(written);
        break;
      }
      this.#pending.shift();
    }
    this.#retryMs = total > 0 ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    if (this.#pending.length > 0) this.#retryLater();
    if (total > 0) this.progress.advance(total);
    if (this.isBehind) return;
    this.ready.release();
    if (!this.isBehind) this.drop();
  }

  /** Called after a failure, or when no channel uses the sink any more. Drops pending bytes. */
  #close(): void {
    if (!this.usable) return;
    this.usable = false;
    clearTimeout(this.#retryTimer);
    this.#pending = [];
    this.progress.advance();
    this.ready.release();
    if (typeof this.owner === 'object') this.owner.close();
  }
}
