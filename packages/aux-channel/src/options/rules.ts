import { inspect } from 'node:util';
import { InvalidOptionError } from '../trait/errors.js';
import { closest } from './closest.js';

/** The rule for the value of one option. */
export interface Rule<T> {
  /** Completes the sentence "The option must be …". */
  readonly allowed: string;
  /** Whether `undefined` is checked, instead of meaning "not given". */
  readonly required?: true;
  /** Returns the value to use. @param option its path, for example `forward.policy` @throws InvalidOptionError */
  check(value: unknown, option: string): T;
}

/** One rule for every option of an options object. */
export type Rules<T> = { readonly [Name in keyof T]-?: Rule<Exclude<T[Name], undefined>> };

/** Whether `value` has named fields. Arrays, Maps, Dates and functions do not count. */
export const isOptionsObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  /^\[object (?:Object|Module)\]$/.test(Object.prototype.toString.call(value));

export function invalidOption(
  option: string,
  allowed: string,
  value: unknown,
  hint = '',
): InvalidOptionError {
  const message = `${option} must be ${allowed}. Received ${describeValue(value)}.${hint}`;
  return new InvalidOptionError(option, message);
}

/** Does not call traps, getters or `inspect` methods of the value. */
const describeValue = (value: unknown) =>
  inspect(value, {
    customInspect: false,
    depth: 0,
    maxArrayLength: 3,
    maxStringLength: 80,
    breakLength: Infinity,
  });

export function rule<T>(allowed: string, isAllowed: (value: unknown) => boolean): Rule<T> {
  return {
    allowed,
    check(value, option) {
      if (isAllowed(value)) return value as T;
      throw invalidOption(option, allowed, value);
    },
  };
}

/** Allows the given values only. */
export function oneOf<const T extends string | number>(...choices: readonly T[]): Rule<T> {
  const allowed = `one of ${choices.map((choice) => inspect(choice)).join(', ')}`;
  const names = choices.filter((choice) => typeof choice === 'string');
  return {
    allowed,
    check(value, option) {
      if (choices.includes(value as T)) return value as T;
      const near = closest(value, names);
      const hint = near === null ? '' : ` Did you mean ${inspect(near)}?`;
      throw invalidOption(option, allowed, value, hint);
    },
  };
}

/** Allows `literal` and everything that `rest` allows. */
export function literalOr<const L extends null | boolean, T>(
  literal: L,
  rest: Rule<T>,
): Rule<L | T> {
  const allowed = `${literal} or ${rest.allowed}`;
  return {
    allowed,
    check(value, option) {
      if (value === literal) return literal;
      try {
        return rest.check(value, option);
      } catch (error) {
        // Options inside an object are reported by their own rules.
        if (typeof value === 'object' && value !== null) throw error;
        throw invalidOption(option, allowed, value);
      }
    },
  };
}

export const listOf = <T>(kind: string, item: Rule<T>): Rule<readonly T[]> => ({
  allowed: `an array of ${kind}`,
  check(value, option) {
    if (!Array.isArray(value)) throw invalidOption(option, `an array of ${kind}`, value);
    return value.map((entry, i) => item.check(entry, `${option}[${i}]`));
  },
});

export const required = <T>(optional: Rule<T>): Rule<T> => ({ ...optional, required: true });

/** Whether `value` is an integer of at least `min`. */
export const isIntegerFrom = (min: number, value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= min;

/** Allows integers from `min` to `max`, inclusive. */
export const integer = (min: number, max: number): Rule<number> =>
  rule(`an integer from ${min} to ${max}`, (value) => isIntegerFrom(min, value) && value <= max);

/** Allows integers from 1. */
export const positiveInteger: Rule<number> = rule('a positive integer', (value) =>
  isIntegerFrom(1, value),
);

/** The longest delay of `setTimeout`; a longer one fires immediately. Unit: milliseconds. */
const MAX_TIMEOUT_MS = 2_147_483_647;

const isTimeout = (value: unknown) =>
  Number.isFinite(value) && (value as number) > 0 && (value as number) <= MAX_TIMEOUT_MS;

export const milliseconds: Rule<number> = rule(
  'a positive number of milliseconds below 2^31',
  isTimeout,
);

export const millisecondsOrZero: Rule<number> = rule(
  'a number of milliseconds from 0 to 2^31 - 1',
  (value) => value === 0 || isTimeout(value),
);

/** Whether a value can be passed to a system call: a string without NUL and lone surrogates. */
export const isEncodable = (value: unknown): value is string =>
  typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value);

export const boolean: Rule<boolean> = rule('a boolean', (value) => typeof value === 'boolean');

export const text: Rule<string> = rule('a string', (value) => typeof value === 'string');

/** Allows non-empty strings, such as a path or program. */
export const systemText: Rule<string> = rule(
  'a string that is not empty, without NUL and lone surrogates',
  (value) => isEncodable(value) && value !== '',
);

/** Allows an AbortSignal. */
export const abortSignal: Rule<AbortSignal> = rule(
  'an AbortSignal',
  (value) => value instanceof AbortSignal,
);
