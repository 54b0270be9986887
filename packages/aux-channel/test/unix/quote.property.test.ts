import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteForShell } from '../../src/command/quote.js';

/** Each with the arguments that come before a command line. */
const SHELLS: readonly (readonly string[])[] = [
  ['sh', '-c'],
  ['bash', '-c'],
  ['bash', '--posix', '-c'],
  ['bash', '-O', 'extglob', '-c'],
  ['dash', '-c'],
  ['zsh', '-f', '-c'],
  ['zsh', '-f', '-o', 'extendedglob', '-o', 'magicequalsubst', '-c'],
  ['ksh', '-c'],
  ['mksh', '-c'],
  ['yash', '-c'],
  ['busybox', 'sh', '-c'],
];

/** Words that at least one of these shells changes when they are not quoted. */
const AWKWARD = [
  ...['~-', '~+', '~1', '~-/x', 'a~b', '--opt=~/x', 'a=~', 'PATH=x:~/y', 'a:~', '=sh', '=', '==ls'],
  ...['{a,b}', '{1..3}', '*', '?', '[a]', '^a', '!x', '#', '%1', '@(a)', '+(a)', '$x', '`x`', '\\'],
  ...[
    '',
    ' ',
    '-',
    '--',
    'if',
    'done',
    'a;b',
    'a&b',
    'a|b',
    '<a',
    '2>a',
    '\n',
    '\t',
    "'",
    "''",
    '"',
  ],
];

/** Word characters of shells, and any other. */
const character = fc.oneof(
  fc.constantFrom(...'~=:/-+@%^#!{},*?[]()\'"\\$` a1'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((text) => text !== '\0'),
);
const word = fc
  .oneof(
    fc.constantFrom(...AWKWARD),
    fc.array(character, { maxLength: 8 }).map((c) => c.join('')),
  )
  .filter((text) => !isHome(text));
/** Home directories are left to the shell. */
const isHome = (text: string) => /^~(?:[A-Za-z_][\w.-]*)?(?:\/|$)/.test(text);

const isMissing = (program: string) =>
  (spawnSync(program, { input: '' }).error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

/** The arguments that a shell hands to a program. */
function asRead(shell: readonly string[], line: string, home = '/home'): string[] {
  const [program, ...args] = shell as [string, ...string[]];
  const read = execFileSync(program, [...args, `printf '%s\\0' ${line}`], {
    env: { PATH: process.env['PATH'], HOME: home, OLDPWD: '/old', LC_ALL: 'C.UTF-8' },
  });
  return read.toString().split('\0').slice(0, -1);
}

describe('a quoted word', () => {
  for (const shell of SHELLS) {
    const name = shell.slice(0, -1).join(' ');
    const missing = isMissing(shell[0] as string);
    const reason = missing ? ` — not run: ${shell[0]} is not installed` : '';
    it.skipIf(missing)(`is unchanged by ${name}${reason}`, () => {
      const readBack = (words: readonly string[]) =>
        asRead(shell, words.map(quoteForShell).join(' '));
      expect(readBack(AWKWARD)).toEqual(AWKWARD);
      fc.assert(
        fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
          expect(readBack(words)).toEqual(words);
        }),
        { numRuns: 25 },
      );
    });

    it.skipIf(missing)(`lets ${name} find the home directory${reason}`, () => {
      const line = ['~', '~/a b', "~/it's", '~/~-'].map(quoteForShell).join(' ');
      expect(asRead(shell, line, '/h')).toEqual(['/h', '/h/a b', "/h/it's", '/h/~-']);
    });
  }
});
