import { connect } from 'node:net';
import type { Handle } from '@rsync-io/aux-channel/backend';
import {
  type AcceptedConnection,
  LOOPBACK,
  type LoopbackListener,
  type LoopbackSockets,
  type SocketAddress,
} from './handshake.js';
import type { Winsock } from './winsock.js';

/** The name of a connection that its peer has closed already: it has none any more. */
const NOWHERE: SocketAddress = Object.freeze({ address: '', port: 0 });

function nameOr(fallback: SocketAddress, ask: () => SocketAddress): SocketAddress {
  try {
    return ask();
  } catch {
    return fallback;
  }
}

/** The child's end: what becomes its fd 2. */
export class WindowsConnection implements AcceptedConnection {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  readonly #winsock: Winsock;
  readonly #socket: Handle;
  #open = true;

  /** Takes over the socket. @throws WinsockError; it is closed then */
  constructor(winsock: Winsock, socket: Handle) {
    this.#winsock = winsock;
    this.#socket = socket;
    try {
      // Accepted sockets are inheritable: another thread's spawn must not take this one along.
      winsock.clearInherit(socket);
    } catch (error) {
      this.close();
      throw error;
    }
    this.local = nameOr(NOWHERE, () => winsock.localAddress(socket));
    this.peer = nameOr(NOWHERE, () => winsock.peerAddress(socket));
  }

  close(): void {
    if (this.#open) this.#winsock.closeSocket(this.#socket);
    this.#open = false;
  }

  /**
   * Turns the connection into a C descriptor, which the caller owns and closes with `fs.closeSync`.
   *
   * The descriptor gets a duplicate, and Winsock closes its own handle first: so each of the two
   * books is closed by its own call. `closesocket` after `closeSync` would hit whatever file has been
   * given the same handle since.
   *
   * @throws WinsockError; nothing is left open then
   */
  toDescriptor(): number {
    const winsock = this.#winsock;
    let duplicate: Handle;
    try {
      // accept() passes on the listener's mode, and the child expects its fd 2 to wait.
      winsock.setNonBlocking(this.#socket, false);
      // Each line is sent at once, not held back until the one before it is acknowledged.
      winsock.setNoDelay(this.#socket);
      duplicate = winsock.duplicate(this.#socket);
    } finally {
      this.close();
    }
    const fd = winsock.openDescriptor(duplicate);
    if (fd >= 0) return fd;
    winsock.closeHandle(duplicate);
    throw Object.assign(new Error('uv_open_osfhandle: EMFILE'), { code: 'EMFILE' });
  }
}

/** A listener that takes connections from this machine only, and shares its address with nobody. */
export class WindowsListener implements LoopbackListener<WindowsConnection> {
  readonly address: SocketAddress;
  readonly #winsock: Winsock;
  /** For tests that ask the system about it. */
  readonly socket: Handle;
  #open = true;

  /** @throws WinsockError; nothing is left open then */
  constructor(winsock: Winsock) {
    this.#winsock = winsock;
    this.socket = winsock.socket();
    try {
      winsock.setExclusive(this.socket);
      if (!winsock.isExclusive(this.socket)) {
        throw new Error('the listener does not have its address for itself');
      }
      winsock.bind(this.socket, { address: LOOPBACK, port: 0 });
      winsock.listen(this.socket);
      winsock.setNonBlocking(this.socket, true);
      this.address = winsock.localAddress(this.socket);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  accept(): WindowsConnection | null {
    const socket = this.#winsock.accept(this.socket);
    return socket === null ? null : new WindowsConnection(this.#winsock, socket);
  }

  close(): void {
    if (this.#open) this.#winsock.closeSocket(this.socket);
    this.#open = false;
  }
}

/** The parent's end is Node's own socket, so that its event loop drives it. */
export function windowsSockets(winsock: Winsock): LoopbackSockets<WindowsConnection> {
  return {
    listen: () => new WindowsListener(winsock),
    connect: ({ address, port }) => connect({ host: address, port }),
  };
}
