import { InvalidTargetError } from '../trait/errors.js';

/** The parts of `[user@]host`. */
export interface SshTarget {
  readonly user: string | null;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
}

/** C0, DEL and C1. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Parses and checks `[user@]host`. A name that a program could take for an option, an empty one, and
 * one with control characters are refused.
 * @throws InvalidTargetError
 */
export function parseTarget(target: string, user?: string): SshTarget {
  // The last `@`: a user name may contain one, a host name cannot (ssh.c, parse_user_host_port).
  const at = target.lastIndexOf('@');
  const named = at === -1 ? null : target.slice(0, at);
  const host = target.slice(at + 1).replace(/^\[([^\]]*)\]$/, '$1');
  checkName('host', host);
  if (named !== null) checkName('user', named);
  if (user !== undefined) checkName('user', user);
  if (named !== null && user !== undefined && named !== user) {
    throw new InvalidTargetError(
      `The target names the user "${named}" and the configuration "${user}". Name one of them.`,
    );
  }
  return { user: named ?? user ?? null, host };
}

function checkName(what: 'host' | 'user', name: string): void {
  if (name === '')
    throw new InvalidTargetError(`The ${what} is empty. Give a target as [user@]host.`);
  if (name.startsWith('-')) {
    throw new InvalidTargetError(
      `The ${what} ${JSON.stringify(name)} begins with "-", so a program could take it for an option.`,
    );
  }
  if (CONTROLS.test(name)) {
    throw new InvalidTargetError(
      `The ${what} ${JSON.stringify(name)} holds control characters. Remove them.`,
    );
  }
}
