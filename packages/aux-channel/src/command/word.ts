import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';
import { InvalidOptionError } from '../trait/errors.js';
import { invalidOption, isEncodable, isOptionsObject, rule, type Rule } from '../options/rules.js';

/** One word of a command line, or the value of a variable: a string, or bytes, which need not be UTF-8. */
export type Word = string | Uint8Array;

/** The command line of Windows is UTF-16. */
const bytesAllowed = process.platform !== 'win32';

const ALLOWED = `a string without lone surrogates or a Uint8Array${bytesAllowed ? '' : ' in UTF-8'}, without NUL`;

const isWord = (value: unknown): value is Word =>
  types.isUint8Array(value)
    ? !value.includes(0) && (bytesAllowed || isUtf8(value))
    : isEncodable(value);

/** Returns a string if the bytes are UTF-8, otherwise a copy of the bytes. */
export const wordRule: Rule<Word> = {
  allowed: ALLOWED,
  check: (value, option) => asWord(rule<Word>(ALLOWED, isWord).check(value, option)),
};

function asWord(word: Word): Word {
  if (typeof word === 'string') return word;
  return isUtf8(word) ? Buffer.from(word).toString('utf8') : Uint8Array.from(word);
}

/** Reads variables as `child_process` does: inherited ones count, `undefined` is left out. Bytes stay bytes. */
export const environmentRule: Rule<Readonly<Record<string, Word>>> = {
  allowed: 'an object of variables',
  check(given, option) {
    if (!isOptionsObject(given)) throw invalidOption(option, environmentRule.allowed, given);
    const variables: Record<string, Word> = {};
    for (const name in given) {
      const value = given[name];
      if (value === undefined) continue;
      const word = typeof value === 'symbol' || types.isUint8Array(value) ? value : String(value);
      if (!isEncodable(name) || !isWord(word)) {
        const path = `${option}[${JSON.stringify(name)}]`;
        // The message omits the value, which may be a secret.
        throw new InvalidOptionError(path, `${path}: its name and value must be ${ALLOWED}.`);
      }
      variables[name] = asWord(word);
    }
    return variables;
  },
};
