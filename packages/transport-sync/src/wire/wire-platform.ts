import type { Reaped } from '@rsync-io/aux-channel/transport';

export interface Interest {
  readonly fd: number;
  readonly event: 'read' | 'write';
}

export interface WirePlatform {
  /**
   * One channel from `write` to `read`: both ends blocking and not inherited by other children. The
   * caller owns both, and closes them with {@link close}.
   * @throws an error with `code`, such as `EMFILE`
   */
  pair(): { read: number; write: number };
  close(fd: number): void;
  /** Call once for a descriptor before {@link write}, if the platform has it. */
  prepareWriting?(fd: number): void;
  /** Waits up to `ms` until a read would not block (data, end or error). Returns `false` on timeout. */
  waitReadable(fd: number, ms: number): boolean;
  /** Reads queued bytes, if possible without waiting. Returns 0 at the end, `null` if nothing was queued. */
  read(fd: number, into: Uint8Array): number | null;
  /**
   * Waits up to `ms` for room in a channel, and writes what fits; 0 if nothing does.
   * @throws an error with `code`, such as `EPIPE`
   */
  write(fd: number, bytes: Uint8Array, ms: number): number;
  /**
   * Waits up to `ms` until one of several descriptors is ready, and returns for each whether it is. If
   * the system cannot report it for writing, a writer counts as ready.
   */
  waitAny(interests: readonly Interest[], ms: number): boolean[];
  /** Whether a write of {@link pipeBuf} bytes would not block; `null` if the system cannot report it. */
  readonly isWritable: ((fd: number) => boolean) | null;
  /**
   * Writes as much as fits to a socket, without waiting, even if the descriptor is blocking.
   * @throws an error with `code`, such as `EPIPE`
   */
  sendNow(socket: number, bytes: Uint8Array): number;
  /** Number of bytes that can be read at once; 0 when the system does not report it. */
  queuedBytes(fd: number): number;
  /** Whether the stream has ended, for a descriptor in which nothing is queued. */
  isAtEnd(fd: number): boolean;
  /** Upper bound of the number of bytes that a channel can buffer. */
  readonly sendBufferBytes: number;
  /** Maximum number of bytes written at once to a ready descriptor. */
  readonly pipeBuf: number;
  reap(pid: number): Reaped;
}
