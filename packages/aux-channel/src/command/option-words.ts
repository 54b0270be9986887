import { invalidOption } from '../options/rules.js';
import type { Word } from './word.js';

/** The option letters of ssh(1) that take a value (ssh.c, main: the argument of getopt). */
const LETTERS_WITH_VALUE = 'BDEFIJLOPQRSWbceilmopw';

/** Whether the last letter of `-abc` takes its value from the next word, as getopt(3) reads it. */
function takesNextWord(option: string): boolean {
  for (let i = 1; i < option.length; i++) {
    if (LETTERS_WITH_VALUE.includes(option[i] as string)) return i === option.length - 1;
  }
  return false;
}

/** Matches `Name=value` and `Name value`, as after `-o`. */
const SETTING = /^[A-Za-z][A-Za-z0-9]*\s*[=\s]/;

/**
 * Converts options to the form in which ssh reads them. Rejects a word that ssh would take for the host.
 * @throws InvalidOptionError
 */
export function sshOptionWords(words: readonly Word[], path: string): Word[] {
  const composed: Word[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as Word;
    const option = typeof word === 'string' ? word : Buffer.from(word).toString('latin1');
    if (SETTING.test(option)) {
      composed.push(`-o${option}`);
      continue;
    }
    if (!/^-[^-]/.test(option)) {
      const allowed =
        "an option of ssh: 'Name=value', or '-x' followed by its value, if it takes one";
      throw invalidOption(`${path}[${i}]`, allowed, word);
    }
    composed.push(word);
    if (!takesNextWord(option)) continue;
    i += 1;
    if (i === words.length) throw invalidOption(`${path}[${i - 1}]`, 'followed by its value', word);
    composed.push(words[i] as Word);
  }
  return composed;
}

/** Does the same for a remote shell with unknown options: a word after an option counts as its value. */
export function otherOptionWords(words: readonly string[], path: string): string[] {
  return words.map((word, i) => {
    if (word.startsWith('-') || /^-[A-Za-z]/.test(words[i - 1] ?? '')) return word;
    if (SETTING.test(word)) return `-o${word}`;
    throw invalidOption(`${path}[${i}]`, 'an option, or the value of the option before it', word);
  });
}

/** Whether the words contain `-oName=…`, `-o Name=…` or `-o "Name …"`, in any case, as ssh reads them. */
export function setsOption(words: readonly Word[], name: string): boolean {
  const pattern = new RegExp(`^(?:-o)?\\s*${name}(?:[=\\s]|$)`, 'i');
  return words.some(
    (word, i) =>
      typeof word === 'string' &&
      pattern.test(word) &&
      (word.startsWith('-o') || words[i - 1] === '-o'),
  );
}
