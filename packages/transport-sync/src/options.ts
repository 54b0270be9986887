import type { ForwardOptions, TransportOptions } from '@rsync-io/aux-channel';
import {
  descriptorTarget,
  forwardRule,
  literalOr,
  millisecondsOrZero,
  optionsOf,
  positiveInteger,
  type Rules,
  transportRules,
} from '@rsync-io/aux-channel/transport';

/** Options of an {@link SshConnection}. */
export interface SyncTransportOptions extends Omit<TransportOptions, 'forward' | 'warnings'> {
  /**
   * Live forwarding, also while this thread is blocked; `false` for capture only.
   * @defaultValue `{}`: to this process's fd 2, with policy `auto`
   */
  forward?: ForwardOptions<number> | false;
  /**
   * Whether every line of stderr is kept for {@link SshConnection.takeWarnings}, and how many at most (1,024
   * by default); further ones are dropped and counted.
   * @defaultValue `false`
   */
  warnings?: boolean | { capacity?: number };
}

export const syncTransportRules: Rules<SyncTransportOptions> = {
  ...transportRules,
  forward: forwardRule(descriptorTarget),
  warnings: literalOr(false, literalOr(true, optionsOf({ capacity: positiveInteger }))),
};

/** Options of {@link SshConnection.wait}. */
export interface WaitOptions {
  /**
   * After this time the child is ended (SIGTERM, then SIGKILL), and its status is returned. Unit:
   * milliseconds, from 0 to 2^31 - 1.
   * @defaultValue no limit
   */
  timeoutMs?: number;
}

export const waitRules: Rules<WaitOptions> = { timeoutMs: millisecondsOrZero };

/** The capacity of the line queue; `null` without one. */
export function queueCapacity(
  warnings: SyncTransportOptions['warnings'] = false,
  defaultCapacity: number,
): number | null {
  if (warnings === false) return null;
  return (warnings === true ? undefined : warnings.capacity) ?? defaultCapacity;
}
