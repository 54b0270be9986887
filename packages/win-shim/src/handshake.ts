import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  type AcceptedConnection,
  LOOPBACK,
  type LoopbackListener,
  type LoopbackSockets,
  type SocketAddress,
} from './loopback-sockets.js';

/** Time limit of the whole handshake, as in curl's `lib/socketpair.c`. Unit: milliseconds. */
const HANDSHAKE_DEADLINE_MS = 1_000;

export interface AuthenticatedPair<Accepted extends AcceptedConnection> {
  readonly parent: Socket;
  readonly child: Accepted;
  readonly intruders: number;
}

/** The pair could not be made. Nothing is left open. */
export class HandshakeError extends Error {
  /** Number of foreign connections that were rejected before the failure. */
  readonly intruders: number;

  constructor(reason: string, intruders = 0, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'HandshakeError';
    this.intruders = intruders;
  }
}

/**
 * Makes a connection over loopback and verifies that this process holds both ends. The kernel identifies
 * a TCP connection by its two addresses and two ports. So an accepted connection that matches our own
 * connecting socket in both directions, while that socket is open, is its other end. Any other connection
 * is closed and counted. The event loop runs in between, so a flood of them does not stall it.
 * @param deadlineMs for the whole handshake. Unit: milliseconds
 * @throws HandshakeError (as rejection); nothing is left open
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
  // The later reader of the socket adds its own listener; until then an error must not become an
  // exception.
  failure.catch(() => {});
  parent.on('error', () => {});
}

async function admit<Accepted extends AcceptedConnection>(
  listener: LoopbackListener<Accepted>,
  parent: Socket,
  ours: Ends,
  deadline: Deadline,
): Promise<{ child: Accepted; intruders: number }> {
  let intruders = 0;
  for (let emptyLooks = 0; ;) {
    // Once the parent's end is closed, its port may be reused and the check proves nothing.
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

/** The connection is established, so a few turns suffice; a timer takes up to 16 ms on Windows. */
const TURNS_BEFORE_TIMERS = 50;

const pause = (looks: number) => (looks <= TURNS_BEFORE_TIMERS ? nextTurn() : delay(1));

class Deadline {
  readonly #ms: number;
  readonly #end: number;

  constructor(ms: number) {
    this.#ms = ms;
    this.#end = performance.now() + ms;
  }

  /** @throws HandshakeError if the time limit has expired */
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
    const rejected = intruders === 0 ? '' : `; ${intruders} foreign connections were rejected`;
    const reason = `no handshake within ${this.#ms} ms${rejected}`;
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
