import type { Socket } from 'node:net';

/** Other machines cannot reach a listener on this address. */
export const LOOPBACK = '127.0.0.1';

export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** An accepted connection: our own or a foreign one. */
export interface AcceptedConnection {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  /** Idempotent, never throws. */
  close(): void;
}

export interface LoopbackListener<Accepted extends AcceptedConnection> {
  readonly address: SocketAddress;
  /** Returns the next pending connection, or `null`. @throws if the system cannot accept */
  accept(): Accepted | null;
  /** Idempotent, never throws. */
  close(): void;
}

export interface LoopbackSockets<Accepted extends AcceptedConnection> {
  /** @throws if the system cannot create the socket */
  listen(): LoopbackListener<Accepted>;
  /** Starts to connect. Errors are emitted as the socket's `error` event. */
  connect(to: SocketAddress): Socket;
}
