import { InvalidOptionError } from '../trait/errors.js';

/** A remote shell and its arguments, as `SshConnectConfig` takes them. */
export interface RemoteShell {
  readonly program: string;
  readonly programArgs: string[];
}

/**
 * Splits the value of rsync's `-e` or RSYNC_RSH as rsync does (main.c, do_cmd): at spaces outside single
 * or double quotes. A doubled quote within quotes is one quote character. A backslash has no special
 * meaning.
 * @throws InvalidOptionError for an empty value, NUL, an unclosed quote, and a backslash at the end,
 *   which was probably meant as an escaped space
 */
export function parseRemoteShell(spec: string): RemoteShell {
  const refuse = (reason: string) => {
    throw new InvalidOptionError(
      'remoteShell',
      `The remote shell ${JSON.stringify(spec)} ${reason}.`,
    );
  };
  if (typeof spec !== 'string') refuse('must be a string');
  if (spec.includes('\0')) refuse('holds a NUL');
  if (spec.endsWith('\\')) refuse('ends with a backslash; use quotes to protect a space');
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < spec.length; i++) {
    const char = spec[i] as string;
    if (char === ' ' && quote === '') {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    word ??= '';
    if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char !== quote) word += char;
    else if (spec[i + 1] === quote) {
      word += char;
      i += 1;
    } else quote = '';
  }
  if (quote !== '') refuse(`has a ${quote} that is not closed`);
  if (word !== null) words.push(word);
  const [program, ...programArgs] = words;
  if (program === undefined || program === '') return refuse('names no program') as never;
  return { program, programArgs };
}
