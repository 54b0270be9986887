import { once } from 'node:events';
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

/** The pair could not be made. Nothing is left open. */
export class HandshakeError extends Error {
  /** @param intruders number of foreign connections that were rejected before the failure */
  constructor(
    reason: string,
    readonly intruders = 0,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = 'HandshakeError';
  }
}

/**
 * Makes a connection over loopback and verifies that this process holds both ends. The kernel identifies
 * a TCP connection by its two addresses and two ports. So an accepted connection that matches our own
 * connecting socket in both directions, while that socket is open, is its other end. Any other connection
 * is closed and counted. The event loop runs in between, so a flood of them does not stall it.
 * @throws HandshakeError (as rejection); nothing is left open
 */
export async function authenticatedPair<Accepted extends AcceptedConnection>(
  sockets: LoopbackSockets<Accepted>,
  deadlineMs = HANDSHAKE_DEADLINE_MS,
): Promise<{ parent: Socket; child: Accepted; intruders: number }> {
  const deadline = new Deadline(deadlineMs);
  const listener = attempt(`no listener on ${LOOPBACK}`, 0, () => sockets.listen());
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
    return { parent, ...(await admit(listener, parent, ours, deadline)) };
  } catch (error) {
    parent?.destroy();
    throw error;
  } finally {
    listener.close();
  }
}

function attempt<T>(failure: string, intruders: number, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new HandshakeError(`${failure} (${reasonOf(cause)})`, intruders, { cause });
  }
}

async function established(parent: Socket, deadline: Deadline): Promise<void> {
  // Without a listener, an error before the socket has a reader would be an uncaught exception.
  parent.on('error', () => {});
  const timer = setTimeout(() => parent.destroy(deadline.error()), deadline.left);
  try {
    await once(parent, 'connect');
  } catch (cause) {
    if (cause instanceof HandshakeError) throw cause;
    throw new HandshakeError(`connecting failed (${reasonOf(cause)})`, 0, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The connection is established, so few turns are needed. A timer takes up to 16 ms on Windows. */
const TURNS_BEFORE_TIMERS = 50;

async function admit<Accepted extends AcceptedConnection>(
  listener: LoopbackListener<Accepted>,
  parent: Socket,
  ours: ReturnType<typeof endsOf>,
  deadline: Deadline,
): Promise<{ child: Accepted; intruders: number }> {
  let intruders = 0;
  let emptyLooks = 0;
  for (;;) {
    // Once the parent's end is closed, its port may be reused and the check proves nothing.
    if (parent.destroyed) throw new HandshakeError("the parent's end was closed", intruders);
    const child = attempt('accepting failed', intruders, () => listener.accept());
    if (child === null) {
      emptyLooks += 1;
    } else if (isSame(child.peer, ours.local) && isSame(child.local, ours.peer)) {
      return { child, intruders };
    } else {
      child.close();
      intruders += 1;
    }
    if (deadline.left === 0) throw deadline.error(intruders);
    await (child === null && emptyLooks > TURNS_BEFORE_TIMERS ? delay(1) : nextTurn());
  }
}

class Deadline {
  readonly #end: number;

  constructor(private readonly ms: number) {
    this.#end = performance.now() + ms;
  }

  get left(): number {
    return Math.max(0, this.#end - performance.now());
  }

  error(intruders = 0): HandshakeError {
    const rejected = intruders === 0 ? '' : `; ${intruders} foreign connections were rejected`;
    return new HandshakeError(`no handshake within ${this.ms} ms${rejected}`, intruders);
  }
}

function requireLoopback(what: string, { address, port }: SocketAddress): void {
  if (address === LOOPBACK && port > 0) return;
  throw new HandshakeError(`the ${what} is at ${format({ address, port })}, not on ${LOOPBACK}`);
}

function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket) {
  return {
    local: { address: localAddress ?? '', port: localPort ?? 0 },
    peer: { address: remoteAddress ?? '', port: remotePort ?? 0 },
  };
}

const isSame = (a: SocketAddress, b: SocketAddress) => a.address === b.address && a.port === b.port;
const format = ({ address, port }: SocketAddress) => `${address || 'nowhere'}:${port}`;
const reasonOf = (cause: unknown) =>
  (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
