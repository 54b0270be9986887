import { optionsOf } from '../options/check-options.js';
import { isIntegerFrom, literalOr, oneOf, rule, type Rule, text } from '../options/rules.js';
import type { ForwardPolicy } from './policy.js';
import type { ForwardTarget } from './sink.js';

/** Options of forwarding. */
export interface ForwardOptions<To extends ForwardTarget = ForwardTarget> {
  /**
   * A Writable, a function or a descriptor number. The blocking transport accepts only a descriptor,
   * because another thread forwards while the calling thread is blocked. If the sink fails, forwarding
   * ends and capture continues. A descriptor is duplicated, so the caller may close its own at any time
   * after the spawn. Without koffi there is no duplicate: the caller must keep the descriptor open until
   * `wait()` returns, and nothing is forwarded after that.
   * @defaultValue this process's stderr
   */
  to?: To;
  /** @defaultValue `'auto'` */
  policy?: ForwardPolicy;
  /** Printed before every line, for example `[host] `. Colored on a terminal, unless `NO_COLOR` is set. */
  prefix?: string;
}

/** The rule of the option `forward`: a {@link ForwardOptions} object, or `false`. */
export const forwardRule = <To extends ForwardTarget>(
  to: Rule<To>,
): Rule<ForwardOptions<To> | false> =>
  literalOr(
    false,
    optionsOf<ForwardOptions<To>>({
      to: to as Rule<never>,
      policy: oneOf('raw', 'lossy', 'escape', 'auto'),
      prefix: text,
    }),
  );

const isDescriptor = (value: unknown) => isIntegerFrom(0, value);

export const anyTarget: Rule<ForwardTarget> = rule(
  'a Writable, a function or the number of a descriptor',
  (value) => isDescriptor(value) || typeof value === 'function' || isWritable(value),
);

/** Allows a destination that another thread can write to. */
export const descriptorTarget: Rule<number> = rule(
  'the number of a descriptor, because another thread forwards while this one is blocked',
  isDescriptor,
);

function isWritable(value: unknown): boolean {
  const { write, on } = Object(value) as { write?: unknown; on?: unknown };
  return typeof write === 'function' && typeof on === 'function';
}
