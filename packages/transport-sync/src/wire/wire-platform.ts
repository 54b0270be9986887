import type { Reaped } from '@rsync-io/aux-channel/transport';

/** An event of one descriptor that {@link WirePlatform.waitAny} waits for. */
export interface Interest {
  readonly fd: number;
  readonly event: 'read' | 'write';
}

/** The system calls that the blocking side needs and Node does not offer. */
export interface WirePlatform {
  /**
   * One channel from `write` to `read`: both ends blocking and not inherited by other children. The
   * caller owns both, and closes them with {@link close}.
   * @throws an error with `code`, such as `EMFILE`
   */
  pair(): { read: number; write: number };
  /** Closes a descriptor of {@link pair}. */
  close(fd: number): void;
  /** To be called once for a descriptor before {@link write}. */
  prepareWriting(fd: number): void;
  /** Waits up to `ms` until a read would not block (data, end or error). Returns `false` on timeout. */
  waitReadable(fd: number, ms: number): boolean;
  /**
   * Reads what the wire has queued, without waiting where the system supports that.
   * @returns 0 at the end; `null` when nothing was queued after all
   */
  read(fd: number, into: Uint8Array): number | null;
  /**
   * Waits up to `ms` for room in a channel, and writes what fits.
   * @returns 0 when nothing did
   * @throws an error with `code`, such as `EPIPE`
   */
  write(fd: number, bytes: Uint8Array, ms: number): number;
  /**
   * Waits up to `ms` until one of a few descriptors is ready, and returns for each whether it is. Where
   * the system cannot report it of writing, a descriptor counts as ready for that: {@link write} finds out.
   */
  waitAny(interests: readonly Interest[], ms: number): boolean[];
  /** Whether {@link pipeBuf} bytes fit now, or the reader is gone; `null` where the system cannot report it. */
  readonly isWritable: ((fd: number) => boolean) | null;
  /**
   * Writes to a socket what fits, without waiting, whatever the mode of the descriptor.
   * @returns 0 when nothing fits
   * @throws an error with `code`, such as `EPIPE`
   */
  sendNow(socket: number, bytes: Uint8Array): number;
  /** Number of bytes that can be read at once; 0 when the system does not report it. */
  queuedBytes(fd: number): number;
  /** Whether the end of the stream is next. For a descriptor in which nothing is queued. */
  isAtEnd(fd: number): boolean;
  /** Upper bound of the bytes that a channel holds which nobody reads. Unit: bytes. */
  readonly sendBufferBytes: number;
  /** The most that is written at once to a descriptor that is ready. Unit: bytes. */
  readonly pipeBuf: number;
  /** Reaps a child whose event loop is gone. Never waits. */
  reap(pid: number): Reaped;
}
