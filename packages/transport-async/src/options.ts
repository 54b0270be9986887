import type { TransportOptions } from '@rsync-io/aux-channel';
import { abortSignal, oneOf, type Rules, transportRules } from '@rsync-io/aux-channel/transport';

/**
 * How the wire (stdin and stdout of the child) is connected.
 * - `pipe`: to the caller, with {@link AsyncSshTransport.stdin} and `stdout`.
 * - `inherit`: to fd 0 and 1 of this process. Nothing is copied. The watchdogs cannot observe progress,
 *   so both are off.
 */
export type Wire = 'pipe' | 'inherit';

/** Options of an {@link AsyncSshTransport}. */
export interface AsyncTransportOptions<W extends Wire = Wire> extends TransportOptions {
  /** @defaultValue `'pipe'` */
  wire?: W;
  /**
   * Aborting ends the child, and `wait()` then rejects with the signal's reason. Transports may share a
   * signal.
   */
  signal?: AbortSignal | undefined;
}

export const asyncTransportRules: Rules<AsyncTransportOptions> = {
  ...transportRules,
  wire: oneOf('pipe', 'inherit'),
  signal: abortSignal,
};
