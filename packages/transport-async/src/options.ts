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
  /** Aborting ends the child; `wait()` then rejects with the signal's reason. Many may share one. */
  signal?: AbortSignal;
}

export interface WaitOptions {
  /**
   * After this time the child is ended (SIGTERM, then SIGKILL), or a slow reader of stdout is released
   * with an error, and the status is returned. Unit: milliseconds, from 0 to 2^31 - 1.
   * @defaultValue no limit
   */
  timeoutMs?: number;
}

/** @throws RangeError */
export function checkedTimeout(timeoutMs: number | undefined): number | null {
  if (timeoutMs === undefined) return null;
  if (Number.isFinite(timeoutMs) && timeoutMs >= 0 && timeoutMs <= 2_147_483_647) return timeoutMs;
  throw new RangeError(
    `timeoutMs is a number of milliseconds from 0 to 2^31 - 1, not ${String(timeoutMs)}.`,
  );
}

/** @throws TypeError without `backends`, as plain JavaScript can call it */
export function requireBackends(options: AsyncTransportOptions | undefined): void {
  if (Array.isArray(options?.backends)) return;
  throw new TypeError(
    'options.backends is required: the ways to carry stderr, in order of preference, for example ' +
      '[pipeBackend] of @rsync-io/pipe. To let the child inherit stderr, pass an empty array. ' +
      '@rsync-io/ssh has the backends of the platform built in.',
  );
}
