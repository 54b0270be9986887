import { InvalidOptionError } from '../trait/errors.js';
import { closest } from './closest.js';
import { invalidOption, type Rule, type Rules } from './rules.js';

/**
 * Checks an options object and returns a plain copy of it. Each property is read once. `undefined` means
 * "not given".
 * @param path prefix of the option names in messages, for example `forward`
 * @throws InvalidOptionError for a value that is not allowed, and for an unknown name
 */
export function checkOptions<T extends object>(given: unknown, rules: Rules<T>, path = ''): T {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(path || 'options', 'an object', given);
  }
  const names = Object.keys(rules) as (keyof T & string)[];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(rules, name)) throw unknownOption(name, names, path);
  }
  const checked: Partial<T> = {};
  for (const name of names) {
    const rule = rules[name] as Rule<T[typeof name]>;
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined || rule.required) checked[name] = rule.check(value, within(path, name));
  }
  return checked as T;
}

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
