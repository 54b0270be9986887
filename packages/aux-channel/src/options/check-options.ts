import { InvalidOptionError } from '../trait/errors.js';
import { closest } from './closest.js';
import { invalidOption, isOptionsObject, type Rule, type Rules } from './rules.js';

/**
 * Checks an options object and returns a plain copy of it. Each property is read once. `undefined` means
 * "not given".
 * @param path prefix of the option names in messages, for example `forward`
 * @param name how messages call the object itself
 * @throws InvalidOptionError for a value that is not allowed, and for an unknown name
 */
export function checkOptions<T extends object>(
  given: unknown,
  rules: Rules<T>,
  path = '',
  name = path || 'options',
): T {
  if (!isOptionsObject(given)) throw invalidOption(name, 'an object', given);
  const names = Object.keys(rules) as (keyof T & string)[];
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(rules, key));
  if (unknown !== undefined) throw unknownOption(unknown, names, path);
  const checked: Partial<T> = {};
  for (const key of names) {
    const rule = rules[key] as Rule<T[typeof key]>;
    const value = given[key];
    if (value !== undefined || rule.required) checked[key] = rule.check(value, within(path, key));
  }
  return checked as T;
}

/** An option that is itself an options object. */
export const optionsOf = <T extends object>(rules: Rules<T>): Rule<T> => ({
  allowed: 'an object',
  check: (value, option) => checkOptions(value, rules, option),
});

const within = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

function unknownOption(name: string, names: readonly string[], path: string): InvalidOptionError {
  const option = within(path, name);
  const near = closest(name, names);
  const hint = near === null ? '' : ` Did you mean ${within(path, near)}?`;
  const message = `There is no option ${JSON.stringify(option)}.${hint} Allowed: ${names.join(', ')}.`;
  return new InvalidOptionError(option, message);
}
