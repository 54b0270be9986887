import type { ForwardPolicy, TransportOptions } from '@rsync-io/aux-channel';

export interface SyncForwardOptions {
  /**
   * A descriptor that stays the caller's. Functions and streams cannot be: the forwarding is done in
   * another thread, while this one is blocked.
   * @defaultValue 2
   */
  to?: number;
  /** @defaultValue `'auto'` */
  policy?: ForwardPolicy;
  /** Stands before every line, for example `[host] `; in colour on a terminal, unless `NO_COLOR` is set. */
  prefix?: string;
}

export interface SyncTransportOptions extends Omit<TransportOptions, 'forward' | 'warnings'> {
  /**
   * Live forwarding, also while this thread is blocked; `false` for capture only.
   * @defaultValue `{}`: to this process's fd 2, with policy `auto`
   */
  forward?: SyncForwardOptions | false;
  /**
   * Whether lines are kept for {@link SshConnection.takeWarnings}, and how many (1,024 unless told
   * otherwise); further ones are dropped and counted.
   * @defaultValue `false`
   */
  warnings?: boolean | { capacity?: number };
}

/** @throws TypeError for a target that cannot be used from another thread */
export function checkedForward(
  forward: SyncTransportOptions['forward'] = {},
): SyncForwardOptions | false {
  if (forward === false) return false;
  const { to, policy, prefix } = forward;
  if (to !== undefined && !(Number.isInteger(to) && to >= 0)) {
    throw new TypeError(
      'forward.to is the number of a descriptor in the blocking transport, because another thread ' +
        `forwards while this one is blocked. A ${typeof to} cannot be used there.`,
    );
  }
  if (prefix !== undefined && typeof prefix !== 'string') {
    throw new TypeError(`forward.prefix is a string, not a ${typeof prefix}.`);
  }
  return {
    ...(to !== undefined && { to }),
    ...(policy !== undefined && { policy }),
    ...(prefix !== undefined && { prefix }),
  };
}

/** The capacity of the line queue; `null` without one. */
export function queueCapacity(
  warnings: SyncTransportOptions['warnings'],
  defaultCapacity: number,
): number | null {
  if (warnings === undefined || warnings === false) return null;
  const capacity = warnings === true ? defaultCapacity : (warnings.capacity ?? defaultCapacity);
  if (!Number.isSafeInteger(capacity) || capacity < 1) {
    throw new RangeError(`warnings.capacity is a positive integer, not ${capacity}.`);
  }
  return capacity;
}
