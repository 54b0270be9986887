import type { TransportOptions } from '@rsync-io/aux-channel';
import { abortSignal, oneOf, type Rules, transportRules } from '@rsync-io/aux-channel/transport';

/**
 * How stdin and stdout of the child are connected: `pipe` to the caller; `inherit` to fd 0 and 1 of this
 * process, where nothing is copied and both watchdogs are off.
 */
export type Wire = 'pipe' | 'inherit';

/** Options of an {@link AsyncSshTransport}. */
export interface AsyncTransportOptions<W extends Wire = Wire> extends TransportOptions {
  /** @defaultValue `'pipe'` */
  wire?: W;
  /** Aborting ends the child, and `wait()` rejects with the reason. Transports may share a signal. */
  signal?: AbortSignal | undefined;
}

export const asyncTransportRules: Rules<AsyncTransportOptions> = {
  ...transportRules,
  wire: oneOf('pipe', 'inherit'),
  signal: abortSignal,
};
