/** Words that no shell changes. A leading `=` names a program in zsh. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;

/** A home directory and its slash: not `~-`, `~+` or `~1`, which stand for folders of the shell. */
const HOME = /^~(?:[A-Za-z_][A-Za-z0-9_.-]*)?(?:\/|$)/;

/**
 * Quotes one word of a command line for a POSIX shell. ssh joins the words of the remote command with
 * spaces, and the remote shell parses the result, so a word with special characters must be quoted.
 * A home directory at the start (`~`, `~/path`, `~user/path`) stays open to expansion; the rest of such
 * a word is quoted where necessary.
 */
export function quoteForShell(word: string): string {
  const home = HOME.exec(word)?.[0] ?? '';
  const rest = word.slice(home.length);
  if (PLAIN.test(rest) || (rest === '' && home !== '')) return word;
  return `${home}'${rest.replaceAll("'", `'\\''`)}'`;
}
