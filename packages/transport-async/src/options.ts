import type { TransportOptions } from '@rsync-io/aux-channel';
import {
  abortSignal,
  millisecondsOrZero,
  oneOf,
  type Rules,
  transportRules,
} from '@rsync-io/aux-channel/transport';

/**
 * Who carries the wire (stdin and stdout of the child).
 * - `pipe`: the caller, by {@link AsyncSshTransport.stdin} and `stdout`.
 * - `inherit`: the child itself, on this process's fd 0 and 1: nothing is copied, and neither watchdog
 *   can see progress, so both are off.
 */
export type Wire = 'pipe' | 'inherit';

/** Options of an {@link AsyncSshTransport}. */
export interface AsyncTransportOptions<W extends Wire = Wire> extends TransportOptions {
  /** @defaultValue `'pipe'` */
  wire?: W;
  /** Aborting ends the child; `wait()` then rejects with the signal's reason. Many may share one. */
  signal?: AbortSignal | undefined;
}

export const asyncTransportRules: Rules<AsyncTransportOptions> = {
  ...transportRules,
  wire: oneOf('pipe', 'inherit'),
  signal: abortSignal,
};

/** Options of `wait()`. */
export interface WaitOptions {
  /**
   * After this time the child is ended (SIGTERM, then SIGKILL), or a slow reader of stdout is released
   * with an error, and the status is returned. Unit: milliseconds, from 0 to 2^31 - 1.
   * @defaultValue no limit
   */
  timeoutMs?: number;
}

export const waitRules: Rules<WaitOptions> = { timeoutMs: millisecondsOrZero };
