import type { ForwardOptions, TransportOptions } from '@rsync-io/aux-channel';
import {
  descriptorTarget,
  forwardRule,
  literalOr,
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

/** The capacity of the line queue; `null` without one. */
export function queueCapacity(
  warnings: SyncTransportOptions['warnings'] = false,
  defaultCapacity: number,
): number | null {
  if (warnings === false) return null;
  return (warnings === true ? undefined : warnings.capacity) ?? defaultCapacity;
}
