import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** For the whole handshake, from the listener on. The same as in curl's `lib/socketpair.c`. Unit: milliseconds. */
const HANDSHAKE_DEADLINE_MS = 1_000;

/** Nothing but this: no other machine, and no other address of this one, reaches the listener. */
export const LOOPBACK = '127.0.0.1';

/** One end of an IPv4 connection. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

/** A connection that was waiting at the listener: ours, or a stranger's. */
export interface AcceptedConnection {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  /** Idempotent, never throws. */
  close(): void;
}

/** A listening socket that never makes its caller wait. */
export interface LoopbackListener<Accepted extends AcceptedConnection> {
  readonly address: SocketAddress;
  /**
   * The next connection that waits; `null` when none does.
   * @throws when the system cannot accept (out of descriptors, say)
   */
  accept(): Accepted | null;
  /** Idempotent, never throws. */
  close(): void;
}

/** What the handshake needs from a platform. */
export interface LoopbackSockets<Accepted extends AcceptedConnection> {
  /** @throws when the system gives no such socket */
  listen(): LoopbackListener<Accepted>;
  /** Starts to connect; errors come as the socket's `error` event. */
  connect(to: SocketAddress): Socket;
}

/** Two ends of one connection, both of them ours, and how many strangers had tried to be one. */
export interface AuthenticatedPair<Accepted extends AcceptedConnection> {
  readonly parent: Socket;
  readonly child: Accepted;
  readonly intruders: number;
}

/** No pair came about. Nothing is left open. */
export class HandshakeError extends Error {
  /** Connections of others that were turned away before. */
  readonly intruders: number;

  constructor(reason: string, intruders = 0, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'HandshakeError';
    this.intruders = intruders;
  }
}

/**
 * Makes one connection over loopback of which this process provably holds both ends.
 *
 * The kernel names a TCP connection by its two addresses and two ports, and never has two with the
 * same name. So an accepted connection whose name is that of our own connecting socket, both ways,
 * while that socket is open, *is* the other end of it; anybody else's is closed and counted.
 *
 * The event loop turns between any two connections that are looked at, so a flood of strangers does
 * not stall it; the listener is closed as soon as the pair is there.
 *
 * @param deadlineMs for all of it. Unit: milliseconds
 * @throws HandshakeError (as rejection); nothing is left open then
 */
export async function authenticatedPair<Accepted extends AcceptedConnection>(
  sockets: LoopbackSockets<Accepted>,
  deadlineMs: number = HANDSHAKE_DEADLINE_MS,
): Promise<AuthenticatedPair<Accepted>> {
  const deadline = new Deadline(deadlineMs);
  const listener = listen(sockets);
  let parent: Socket | null = null;
  try {
    requireLoopback('listener', listener.address);
    parent = sockets.connect(listener.address);
    await established(parent, deadline);
    const ours = endsOf(parent);
    requireLoopback("parent's end", ours.local);
    if (!isSame(ours.peer, listener.address)) {
      throw new HandshakeError(`the parent's end reached ${format(ours.peer)}, which is not ours`);
    }
    const admitted = await admit(listener, parent, ours, deadline);
    return { parent, ...admitted };
  } catch (error) {
    parent?.destroy();
    throw error;
  } finally {
    listener.close();
  }
}

/** The two ends of a connection, as one of them sees them. */
interface Ends {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
}

function listen<Accepted extends AcceptedConnection>(
  sockets: LoopbackSockets<Accepted>,
): LoopbackListener<Accepted> {
  try {
    return sockets.listen();
  } catch (cause) {
    throw new HandshakeError(`no listener on ${LOOPBACK} (${reasonOf(cause)})`, 0, { cause });
  }
}

async function established(parent: Socket, deadline: Deadline): Promise<void> {
  const failure = new Promise<never>((_, reject) => {
    parent.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new HandshakeError(`connecting failed (${reasonOf(cause)})`, 0, { cause }));
    });
  });
  const connected = new Promise<void>((resolve) => parent.once('connect', () => resolve()));
  await deadline.limit(Promise.race([connected, failure]));
  // Whoever reads the socket has his own listener; until then an error must not be an exception.
  failure.catch(() => {});
  parent.on('error', () => {});
}

/** Accepts until our own connection is there. */
async function admit<Accepted extends AcceptedConnection>(
  listener: LoopbackListener<Accepted>,
  parent: Socket,
  ours: Ends,
  deadline: Deadline,
): Promise<{ child: Accepted; intruders: number }> {
  let intruders = 0;
  for (let emptyLooks = 0; ;) {
    // A closed parent's end gives its port back, and with it the proof.
    if (parent.destroyed) throw new HandshakeError("the parent's end was closed", intruders);
    const accepted = acceptFrom(listener, intruders);
    if (accepted === null) {
      deadline.check(intruders);
      emptyLooks += 1;
      await pause(emptyLooks);
      continue;
    }
    if (isSame(accepted.peer, ours.local) && isSame(accepted.local, ours.peer)) {
      return { child: accepted, intruders };
    }
    accepted.close();
    intruders += 1;
    deadline.check(intruders);
    await nextTurn();
  }
}

function acceptFrom<Accepted extends AcceptedConnection>(
  listener: LoopbackListener<Accepted>,
  intruders: number,
): Accepted | null {
  try {
    return listener.accept();
  } catch (cause) {
    throw new HandshakeError(`accepting failed (${reasonOf(cause)})`, intruders, { cause });
  }
}

/** The connection is established already, so it is a matter of turns; a timer costs up to 16 ms on Windows. */
const TURNS_BEFORE_TIMERS = 50;

const pause = (looks: number) => (looks <= TURNS_BEFORE_TIMERS ? nextTurn() : delay(1));

class Deadline {
  readonly #ms: number;
  readonly #end: number;

  constructor(ms: number) {
    this.#ms = ms;
    this.#end = performance.now() + ms;
  }

  /** @throws HandshakeError when the time is up */
  check(intruders: number): void {
    if (performance.now() >= this.#end) throw this.#error(intruders);
  }

  async limit<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const up = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#error(0)), Math.max(0, this.#end - performance.now()));
    });
    try {
      return await Promise.race([promise, up]);
    } finally {
      clearTimeout(timer);
    }
  }

  #error(intruders: number): HandshakeError {
    const turnedAway = intruders === 0 ? '' : `; ${intruders} other connections were turned away`;
    const reason = `no handshake within ${this.#ms} ms${turnedAway}`;
    return new HandshakeError(reason, intruders);
  }
}

function requireLoopback(what: string, { address, port }: SocketAddress): void {
  if (address === LOOPBACK && port > 0) return;
  throw new HandshakeError(`the ${what} is at ${format({ address, port })}, not on ${LOOPBACK}`);
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): Ends {
  return {
    local: { address: localAddress ?? '', port: localPort ?? 0 },
    peer: { address: remoteAddress ?? '', port: remotePort ?? 0 },
  };
}

const isSame = (a: SocketAddress, b: SocketAddress) => a.address === b.address && a.port === b.port;
const format = ({ address, port }: SocketAddress) => `${address || 'nowhere'}:${port}`;
const reasonOf = (cause: unknown) =>
  (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
