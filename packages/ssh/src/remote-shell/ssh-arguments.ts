/** Options of ssh(1) that take a value. */
const WITH_VALUE = 'BbcDEeFIiJLlmOoPpQRSWw';

/** The parts of ssh's command line that `rsync-io-ssh` depends on. */
export interface SshArguments {
  /** Without user and port; `null` if no host is given. */
  readonly host: string | null;
  /** ssh goes to the background after authentication, as with `-f`. */
  readonly forks: boolean;
  /** ssh's own messages are turned off or written elsewhere (`-q`, `-E`, `-y`, `LogLevel`). */
  readonly isQuiet: boolean;
}

/**
 * Parses options as ssh does (ssh.c, main): letters may be joined, values may be attached, and options may
 * follow the host. The next word begins the remote command. Configuration files are not read.
 */
export function readSshArguments(sshArgs: readonly string[]): SshArguments {
  let [host, forks, isQuiet]: [string | null, boolean, boolean] = [null, false, false];
  for (let i = 0; i < sshArgs.length; i++) {
    const word = sshArgs[i] as string;
    if (!/^-./.test(word)) {
      if (host !== null) break;
      host = hostOf(word);
      continue;
    }
    if (word === '--') {
      if (host === null && i + 1 < sshArgs.length) host = hostOf(sshArgs[i + 1] as string);
      break;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      let value = '';
      if (WITH_VALUE.includes(letter)) {
        value = word.slice(at + 1) || (sshArgs[++i] ?? '');
        at = word.length;
      }
      forks ||= letter === 'f' || (letter === 'o' && FORKS.test(value));
      isQuiet ||= 'qEy'.includes(letter) || (letter === 'o' && QUIET.test(value));
    }
  }
  return { host, forks, isQuiet };
}

const FORKS = /^\s*ForkAfterAuthentication[\s=]+"?yes/i;
const QUIET = /^\s*LogLevel[\s=]+"?(?:QUIET|FATAL)/i;

/** `[user@]host` or `ssh://[user@]host[:port]`. */
function hostOf(destination: string): string {
  const isUri = destination.startsWith('ssh://');
  const authority = isUri ? (destination.slice(6).split('/')[0] as string) : destination;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bare = isUri ? host.replace(/:\d+$/, '') : host;
  return bare.replace(/^\[([^\]]*)\]$/, '$1');
}
