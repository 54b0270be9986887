import { checkedConfig, type SshConnectConfig, words } from './connect-config.js';
import { quoteForShell } from './quote.js';
import { SshCommand } from './ssh-command.js';
import type { Word } from './word.js';

/**
 * Returns the command line that runs `rsync` with `rsyncArgs`, quoted, on the remote host.
 * `config.remoteCommand` replaces the word `rsync` (such as `['sudo', 'rsync']`) and is not quoted.
 * @throws InvalidTargetError | InvalidOptionError
 */
export function remoteRsyncCommand(
  target: string,
  rsyncArgs: readonly Word[],
  config: SshConnectConfig = {},
): SshCommand {
  const quoted = words.check(rsyncArgs, 'rsyncArgs').map(quoteWord);
  const { remoteCommand = ['rsync'], ...rest } = checkedConfig(config);
  return SshCommand.for(target, { ...rest, remoteCommand: [...remoteCommand, ...quoted] });
}

/** Like `quoteForShell`, but also accepts bytes. */
export function quoteWord(word: Word): Word {
  if (typeof word === 'string') return quoteForShell(word);
  return Buffer.from(quoteForShell(Buffer.from(word).toString('latin1')), 'latin1');
}
