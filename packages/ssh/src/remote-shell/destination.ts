/** The options of ssh(1) that take a value. */
const WITH_VALUE = 'BbcDEeFIiJLlmOoPpQRSWw';

/**
 * The host in ssh's arguments, without user and port; `null` when there is none. Options are read as
 * ssh reads them: letters may be joined, and a value may be attached (ssh.c, main).
 */
export function destinationHost(sshArgs: readonly string[]): string | null {
  let i = 0;
  for (; i < sshArgs.length; i++) {
    const argument = sshArgs[i] as string;
    if (argument === '--') {
      i += 1;
      break;
    }
    if (!/^-./.test(argument)) break;
    if (valueFollows(argument)) i += 1;
  }
  return i < sshArgs.length ? hostOf(sshArgs[i] as string) : null;
}

/** Whether the last letter of joined options takes its value from the next argument. */
function valueFollows(argument: string): boolean {
  for (let i = 1; i < argument.length; i++) {
    if (WITH_VALUE.includes(argument[i] as string)) return i === argument.length - 1;
  }
  return false;
}

/** `[user@]host` or `ssh://[user@]host[:port]`. */
function hostOf(destination: string): string {
  const isUri = destination.startsWith('ssh://');
  const authority = isUri ? (destination.slice(6).split('/')[0] as string) : destination;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bare = isUri ? host.replace(/:\d+$/, '') : host;
  return bare.replace(/^\[([^\]]*)\]$/, '$1');
}
