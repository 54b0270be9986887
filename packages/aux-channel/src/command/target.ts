import { isIPv6 } from 'node:net';
import { inspect } from 'node:util';
import { InvalidTargetError } from '../trait/errors.js';

/** The parts of `[user@]host`. */
export interface SshTarget {
  readonly user: string | null;
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
}

/**
 * Parses and checks `[user@]host`. Rejects empty names, names that begin with `-`, and characters that
 * OpenSSH rejects: ssh before 9.6 passes them to the shell of a ProxyCommand (CVE-2023-51385).
 * @param user the user of the configuration, if the target names none
 * @throws InvalidTargetError
 */
export function parseTarget(target: string, user?: string): SshTarget {
  if (typeof target !== 'string') {
    throw new InvalidTargetError(
      `The target must be a string, [user@]host. Received ${inspect(target, { depth: 0, customInspect: false })}.`,
    );
  }
  // The last `@`: a user name may contain one, a host name cannot (misc.c, parse_user_host_port).
  const at = target.lastIndexOf('@');
  const named = at === -1 ? null : target.slice(0, at);
  const host = target.slice(at + 1).replace(/^\[([^\]]*)\]$/, '$1');
  if (host.includes(':') && !isIPv6(host)) {
    throw new InvalidTargetError(
      `The target ${JSON.stringify(target)} is not [user@]host. Split an operand such as host:path ` +
        'with parseOperand() and pass its host; give a port as the option port.',
    );
  }
  checkName('host', host, FORBIDDEN_IN_HOST);
  if (named !== null) checkName('user', named, FORBIDDEN_IN_USER);
  if (user !== undefined) checkName('user', user, FORBIDDEN_IN_USER);
  if (named !== null && user !== undefined && named !== user) {
    throw new InvalidTargetError(
      `The target names the user "${named}" and the configuration "${user}". Name one of them.`,
    );
  }
  return { user: named ?? user ?? null, host };
}

/** C0, DEL and C1. */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/;
/** readconf.c, ssh_valid_hostname */
const FORBIDDEN_IN_HOST = /['`"$\\;&<>|(){},\s]/;
/** readconf.c, ssh_valid_ruser; also rejects a `-` after white space, and a `\` at the end. */
const FORBIDDEN_IN_USER = /['`";&<>|(){}]|\s-|\\$/;

function checkName(what: 'host' | 'user', name: string, forbidden: RegExp): void {
  const refuse = (reason: string) => {
    throw new InvalidTargetError(`The ${what} ${JSON.stringify(name)} ${reason}`);
  };
  if (name === '')
    throw new InvalidTargetError(`The ${what} is empty. Give a target as [user@]host.`);
  if (name.startsWith('-')) refuse('begins with "-", so a program could take it for an option.');
  if (CONTROLS.test(name)) refuse('holds control characters. Remove them.');
  if (/\p{Surrogate}/u.test(name)) refuse('holds a lone surrogate, which has no encoding.');
  const found = forbidden.exec(name)?.[0];
  if (found !== undefined) {
    refuse(
      `holds ${JSON.stringify(found)}, which OpenSSH refuses because a shell could interpret it.`,
    );
  }
}
