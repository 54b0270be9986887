import { createRequire } from 'node:module';
import { WireUnavailableError } from '../errors.js';
import { bindUnix } from './unix.js';
import { bindWindows } from './windows.js';

/** What became of a child when this process, not its event loop, looked for it. */
export type Reaped =
  /** It is our child and still runs. */
  | 'running'
  /** It had ended, and was reaped by this call. */
  | 'reaped'
  /** It is no child of ours, or no longer. */
  | 'unknown';

/** What {@link WirePlatform.waitAny} waits for on one descriptor. */
export interface Interest {
  readonly fd: number;
  readonly event: 'read' | 'write';
}

/** What the blocking side needs from the system and Node does not offer. */
export interface WirePlatform {
  /**
   * One channel from `write` to `read`: both ends blocking and not inherited by other children. The
   * caller owns both.
   * @throws an error with `code`, such as `EMFILE`
   */
  pair(): { read: number; write: number };
  /** To be called once for a descriptor before {@link write}. */
  prepareWriting(fd: number): void;
  /** Waits until a read would not wait (data, end or error), up to `ms`. `false`: it would. */
  waitReadable(fd: number, ms: number): boolean;
  /**
   * Reads what is there of the wire, without waiting where the system can do that.
   * @returns 0 at the end; `null` when there was nothing after all
   */
  read(fd: number, into: Uint8Array): number | null;
  /**
   * Waits for room in a channel, up to `ms`, and writes what fits.
   * @returns 0 when nothing did
   * @throws an error with `code`, such as `EPIPE`
   */
  write(fd: number, bytes: Uint8Array, ms: number): number;
  /**
   * Waits until one of a few descriptors is ready, up to `ms`; says which are, in their order. Where
   * the system cannot say it of writing, a descriptor counts as ready for that: {@link write} tells.
   */
  waitAny(interests: readonly Interest[], ms: number): boolean[];
  /** Whether {@link pipeBuf} bytes fit now, or nobody reads any more; `null` where the system cannot say. */
  readonly isWritable: ((fd: number) => boolean) | null;
  /**
   * Writes to a socket what fits, without waiting, whatever the mode of the descriptor.
   * @returns 0 when nothing fits
   * @throws an error with `code`, such as `EPIPE`
   */
  sendNow(socket: number, bytes: Uint8Array): number;
  /** Bytes that can be read at once; 0 when the system does not say. */
  queuedBytes(fd: number): number;
  /** The most that is written at once to a descriptor that is ready. Unit: bytes. */
  readonly pipeBuf: number;
  /** Reaps a child whose event loop is gone. Never waits. */
  reap(pid: number): Reaped;
}

let loaded: WirePlatform | undefined;

/**
 * The one place that knows which platform this is.
 * @throws WireUnavailableError
 */
export function wirePlatform(): WirePlatform {
  return (loaded ??= load());
}

function load(): WirePlatform {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    if (process.platform === 'win32') return bindWindows(koffi);
    return bindUnix(koffi, process.platform, process.arch);
  } catch (cause) {
    if (cause instanceof WireUnavailableError) throw cause;
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new WireUnavailableError(`koffi, its native part, did not load (${reason})`, { cause });
  }
}
