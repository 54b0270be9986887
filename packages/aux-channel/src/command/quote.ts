/** Matches words that no shell changes. A leading `=` names a program in zsh. */
const PLAIN = /^(?!=)[A-Za-z0-9_@%+=:,./-]+$/;

/** Matches a home directory and its slash, but not `~-`, `~+` or `~1`, directories of the shell. */
const HOME = /^~(?:[A-Za-z_][A-Za-z0-9_.-]*)?(?:\/|$)/;

/** Quotes one word for a POSIX shell. A home directory at the start (`~`, `~user/path`) is still expanded. */
export function quoteForShell(word: string): string {
  const home = HOME.exec(word)?.[0] ?? '';
  const rest = word.slice(home.length);
  if (PLAIN.test(rest) || (rest === '' && home !== '')) return word;
  return `${home}'${rest.replaceAll("'", `'\\''`)}'`;
}
