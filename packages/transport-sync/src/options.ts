import {
  type ForwardOptions,
  type TransportOptions,
  WARNING_QUEUE_CAPACITY,
} from '@rsync-io/aux-channel';
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
  /** Live forwarding; `false`: capture only. @defaultValue `{}`: to this process's fd 2, policy `auto` */
  forward?: ForwardOptions<number> | false;
  /**
   * Whether to queue every line of stderr for {@link SshConnection.takeWarnings}, and the capacity of the
   * queue (1,024 lines by default). Lines that do not fit are dropped and counted.
   * @defaultValue `false`
   */
  warnings?: boolean | { capacity?: number };
}

export const syncTransportRules: Rules<SyncTransportOptions> = {
  ...transportRules,
  forward: forwardRule(descriptorTarget),
  warnings: literalOr(false, literalOr(true, optionsOf({ capacity: positiveInteger }))),
};

export function queueCapacity({ warnings = false }: SyncTransportOptions): number | null {
  if (warnings === false) return null;
  return (warnings === true ? undefined : warnings.capacity) ?? WARNING_QUEUE_CAPACITY;
}
