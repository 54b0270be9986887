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
    const authority = parseHostspec(text.slice(uri[0].length), true);
    if (uri[1]?.toLowerCase() === 'ssh') {
      if (authority === null || authority.userAndHost === '') {
        throw new InvalidTargetError('A URI must be ssh://[user@]host[:port]/path.');
      }
      const { rest, hasPath } = authority;
      return operandOf('remote-shell', authority, null, hasPath ? `/${rest}` : '');
    }
    if (authority !== null) return daemonOperand(authority, authority.rest);
  }
  const spec = parseHostspec(text, false);
  if (spec === null) return null;
  if (spec.rest.startsWith(':')) return daemonOperand(spec, spec.rest.slice(1));
  return operandOf('remote-shell', spec, null, spec.rest);
}

interface Hostspec {
  readonly userAndHost: string;
  readonly port: number;
  readonly rest: string;
  readonly hasPath: boolean;
}

/** options.c, parse_hostspec. */
function parseHostspec(text: string, isUri: boolean): Hostspec | null {
  let hostStart = 0;
  let hostEnd = 0;
  let userEnd = 0;
  let port = 0;
  let i = 0;
  let hasPath = false;
  for (; ; i++) {
    const char = text[i];
    if (char === undefined || char === ':' || char === '/') {
      if (hostEnd === 0) hostEnd = i;
      if (char !== ':' && !isUri) return null;
      hasPath = char === '/';
      i = Math.min(i + 1, text.length);
      if (char === ':' && isUri) {
        const digits = /^\d*/.exec(text.slice(i))?.[0] ?? '';
        port = Number(digits);
        i += digits.length;
        hasPath = i < text.length;
        if (hasPath && text[i++] !== '/') return null;
      }
      break;
    }
    if (char === '@') {
      userEnd = i + 1;
      hostStart = userEnd;
    } else if (char === '[') {
      if (i !== hostStart) return null;
      hostStart += 1;
      const end = text.slice(i).search(/[\]/]/);
      hostEnd = i + end;
      i = hostEnd;
      if (end < 2 || text[i] !== ']' || !/^[/:]?$/.test(text[i + 1] ?? '')) return null;
    }
  }
  const userAndHost = text.slice(0, userEnd) + text.slice(hostStart, Math.max(hostStart, hostEnd));
  return { userAndHost, port, rest: text.slice(i), hasPath };
}

function daemonOperand(spec: Hostspec, modulePath: string): Operand {
  const slash = modulePath.indexOf('/');
  const module = slash === -1 ? modulePath : modulePath.slice(0, slash);
  return operandOf('daemon', spec, module, slash === -1 ? '' : modulePath.slice(slash + 1));
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
