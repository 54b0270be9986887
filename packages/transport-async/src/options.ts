import type { TransportOptions } from '@rsync-io/aux-channel';

/**
 * Who carries the wire (stdin and stdout of the child).
 * - `pipe`: the caller, by {@link AsyncSshTransport.stdin} and `stdout`.
 * - `inherit`: the child itself, on this process's fd 0 and 1: nothing is copied, and neither watchdog
 *   can see progress, so both are off.
 */
export type Wire = 'pipe' | 'inherit';

export interface AsyncTransportOptions extends TransportOptions {
  /** @defaultValue `'pipe'` */
  wire?: Wire;
  /** Aborting kills the child; `wait()` then rejects with the signal's reason. */
  signal?: AbortSignal;
}
