import { connect } from 'node:net';
import type { Handle } from '@rsync-io/aux-channel/backend';
import {
  type AcceptedConnection,
  LOOPBACK,
  type LoopbackListener,
  type LoopbackSockets,
  type SocketAddress,
} from './loopback-sockets.js';
import type { Winsock } from './winsock.js';

export class WindowsConnection implements AcceptedConnection {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  #open = true;

  /** Takes ownership of the socket. @throws SystemCallError; the socket is closed */
  constructor(
    private readonly winsock: Winsock,
    private readonly socket: Handle,
  ) {
    try {
      // Accepted sockets are inheritable; a child that another thread spawns must not inherit this one.
      winsock.clearInherit(socket);
    } catch (error) {
      this.close();
      throw error;
    }
    this.local = addressFrom(() => winsock.localAddress(socket));
    this.peer = addressFrom(() => winsock.peerAddress(socket));
  }

  close(): void {
    if (this.#open) this.winsock.closeSocket(this.socket);
    this.#open = false;
  }

  /**
   * Turns the connection into a C descriptor, which the caller owns and closes with `fs.closeSync`. It
   * gets a duplicate of the handle, and `closesocket` closes the original first, because `closesocket`
   * after `closeSync` could close an unrelated file that has been given the same handle.
   * @throws SystemCallError; nothing is left open then
   */
  toDescriptor(): number {
    const { winsock, socket } = this;
    let duplicate: Handle;
    try {
      // accept() copies the listener's non-blocking mode, but the child expects a blocking fd 2.
      winsock.setNonBlocking(socket, false);
      // Sends each line immediately instead of waiting for the previous one to be acknowledged.
      winsock.setNoDelay(socket);
      duplicate = winsock.duplicate(socket);
    } finally {
      this.close();
    }
    const fd = winsock.openDescriptor(duplicate);
    if (fd >= 0) return fd;
    winsock.closeHandle(duplicate);
    throw Object.assign(new Error('uv_open_osfhandle: EMFILE'), { code: 'EMFILE' });
  }
}

/** Returns an empty address if the peer has already closed the connection. */
function addressFrom(query: () => SocketAddress): SocketAddress {
  try {
    return query();
  } catch {
    return { address: '', port: 0 };
  }
}

/** A listener for connections from this machine only, with exclusive use of its address. */
export class WindowsListener implements LoopbackListener<WindowsConnection> {
  readonly address: SocketAddress;
  /** Public for tests that query the system. */
  readonly socket: Handle;
  #open = true;

  /** @throws SystemCallError; nothing is left open then */
  constructor(private readonly winsock: Winsock) {
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
    const socket = this.winsock.accept(this.socket);
    return socket === null ? null : new WindowsConnection(this.winsock, socket);
  }

  close(): void {
    if (this.#open) this.winsock.closeSocket(this.socket);
    this.#open = false;
  }
}

/** The parent's end is a Node socket, driven by the event loop. */
export function windowsSockets(winsock: Winsock): LoopbackSockets<WindowsConnection> {
  return {
    listen: () => new WindowsListener(winsock),
    connect: ({ address, port }) => connect({ host: address, port }),
  };
}
