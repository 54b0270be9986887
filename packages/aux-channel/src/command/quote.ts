/** Matches words that no shell changes. A leading `=` names a program in zsh. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Matches a home directory and its slash, but not `~-`, `~+` or `~1`, which are directories of the
 * shell's own.
 */
const HOME = /^~(?:[A-Za-z_][A-Za-z0-9_.-]*)?(?:\/|$)/;

/**
 * Quotes one word of a command line for a POSIX shell. ssh joins the words of the remote command with
 * spaces, and the remote shell parses the result, so a word with special characters must be quoted. A
 * home directory at the start (`~`, `~/path`, `~user/path`) remains subject to expansion; the rest of
 * the word is quoted if necessary.
 */
export function quoteForShell(word: string): string {
  const home = HOME.exec(word)?.[0] ?? '';
  const rest = word.slice(home.length);
  if (PLAIN.test(rest) || (rest === '' && home !== '')) return word;
  return `${home}'${rest.replaceAll("'", `'\\''`)}'`;
}
