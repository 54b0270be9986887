const PLAIN = /^[A-Za-z0-9_@%+=:,./~-]+$/;

/**
 * One word of a command line for a POSIX shell. ssh joins the remote command's words by spaces and
 * leaves the parsing to the remote shell, so a word with special characters has to be quoted.
 * A leading `~` stays open to expansion.
 */
export function quoteForShell(word: string): string {
  if (PLAIN.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
