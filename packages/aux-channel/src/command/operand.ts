import { isUtf8 } from 'node:buffer';
import { InvalidTargetError } from '../trait/errors.js';

/** A remote source or destination of a transfer. */
export interface Operand {
  /** How the host is reached: by a remote shell, or by the daemon protocol of rsync. */
  readonly kind: 'remote-shell' | 'daemon';
  readonly user: string | null;
  /** Without the brackets of an IPv6 address. Empty in `:path`: the host of the previous source. */
  readonly host: string;
  /** Only set for URIs. */
  readonly port: number | null;
  readonly module: string | null;
  /** Relative to the module, if there is one. Bytes if it is not UTF-8. */
  readonly path: string | Uint8Array;
}

/**
 * Splits an operand as rsync does (options.c, check_for_hostspec): `[user@]host:path`, `[v6]:path`,
 * `[user@]host::module/path` and `rsync://[user@]host[:port]/module/path`; also
 * `ssh://[user@]host[:port]/path`, with an absolute path. Everything else is local. Does not check names;
 * `connect()` and `SshCommand.for` do.
 * @returns `null` for a local path
 * @throws InvalidTargetError for a malformed `ssh://` URI
 */
export function parseOperand(operand: string | Uint8Array): Operand | null {
  // One character per byte, so that positions are the same in both.
  const text = Buffer.from(operand as string).toString('latin1');
  const uri = /^(rsync|ssh):\/\//i.exec(text);
  if (uri !== null) {
    const authority = parseHostspec(text.slice(uri[0].length), URI_AUTHORITY);
    if (uri[1]?.toLowerCase() === 'ssh') {
      if (authority === null || authority.userAndHost === '') {
        throw new InvalidTargetError('A URI must be ssh://[user@]host[:port]/path.');
      }
      return operandOf('remote-shell', authority, null, authority.slash + authority.rest);
    }
    if (authority !== null) return daemonOperand(authority, authority.rest);
  }
  const spec = parseHostspec(text, BEFORE_PATH);
  if (spec === null) return null;
  if (spec.rest.startsWith(':')) return daemonOperand(spec, spec.rest.slice(1));
  return operandOf('remote-shell', spec, null, spec.rest);
}

/** `[user@]host`, as options.c, parse_hostspec, reads it. Only a user may contain an `@`. */
const USER_AND_HOST = String.raw`^((?:[^:/[]*@)?)(?:\[([^\]/]+)\]|([^:/[@]*))`;
const BEFORE_PATH = new RegExp(`${USER_AND_HOST}:`);
const URI_AUTHORITY = new RegExp(String.raw`${USER_AND_HOST}(?::(\d*))?(/|$)`);

type Hostspec = NonNullable<ReturnType<typeof parseHostspec>>;

function parseHostspec(text: string, pattern: RegExp) {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [{ length }, user = '', v6, host = '', port = '', slash = ''] = match;
  return { userAndHost: user + (v6 ?? host), port: Number(port), slash, rest: text.slice(length) };
}

function daemonOperand(spec: Hostspec, modulePath: string): Operand {
  const [module = '', ...path] = modulePath.split('/');
  return operandOf('daemon', spec, module, path.join('/'));
}

function operandOf(
  kind: Operand['kind'],
  { userAndHost, port }: Hostspec,
  module: string | null,
  path: string,
): Operand {
  const at = userAndHost.lastIndexOf('@');
  return {
    kind,
    user: at === -1 ? null : decoded(userAndHost.slice(0, at)),
    host: decoded(userAndHost.slice(at + 1)),
    port: port === 0 ? null : port,
    module: module === null ? null : decoded(module),
    path: isUtf8(bytesOf(path)) ? decoded(path) : Uint8Array.from(bytesOf(path)),
  };
}

const bytesOf = (latin1: string) => Buffer.from(latin1, 'latin1');
const decoded = (latin1: string) => bytesOf(latin1).toString('utf8');
