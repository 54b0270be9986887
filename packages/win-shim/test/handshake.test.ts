import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { authenticatedPair, HandshakeError } from '../src/handshake.js';
import {
  type AcceptedConnection,
  LOOPBACK,
  type LoopbackListener,
  type LoopbackSockets,
  type SocketAddress,
} from '../src/loopback-sockets.js';

/** Real connections over loopback. Node's own server accepts them. */
class NodeConnection implements AcceptedConnection {
  readonly local: SocketAddress;
  readonly peer: SocketAddress;
  closed = false;

  constructor(readonly socket: Socket) {
    this.local = { address: socket.localAddress ?? '', port: socket.localPort ?? 0 };
    this.peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
  }

  close(): void {
    this.closed = true;
    this.socket.destroy();
  }
}

class NodeSockets implements LoopbackSockets<NodeConnection> {
  readonly waiting: NodeConnection[] = [];
  /** Every connection that the handshake accepted. */
  readonly shown: NodeConnection[] = [];
  readonly parents: Socket[] = [];
  listenerClosed = 0;
  looks = 0;
  onAccept: (() => void) | null = null;
  onConnect: ((to: SocketAddress) => SocketAddress) | null = null;

  constructor(readonly server: Server) {
    server.on('connection', (socket) => this.waiting.push(new NodeConnection(socket)));
  }

  get address(): SocketAddress {
    const { address, port } = this.server.address() as AddressInfo;
    return { address, port };
  }

  listen(): LoopbackListener<NodeConnection> {
    return {
      address: this.address,
      accept: () => {
        this.looks += 1;
        this.onAccept?.();
        const next = this.waiting.shift() ?? null;
        if (next !== null) this.shown.push(next);
        return next;
      },
      close: () => void (this.listenerClosed += 1),
    };
  }

  connect(to: SocketAddress): Socket {
    const { address, port } = this.onConnect?.(to) ?? to;
    const socket = connect({ host: address, port });
    this.parents.push(socket);
    return socket;
  }
}

const open: { destroy(): void }[] = [];
const servers: Server[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of open.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    if (!server.listening) continue;
    server.close();
    await once(server, 'close');
  }
});

async function sockets(host = LOOPBACK): Promise<NodeSockets> {
  const server = createServer().listen({ host, port: 0, backlog: 4096 });
  servers.push(server);
  await once(server, 'listening');
  const made = new NodeSockets(server);
  server.on('connection', (socket) => open.push(socket.on('error', () => {})));
  return made;
}

/** Makes foreign connections that wait in the listener's queue. */
async function intrude(at: NodeSockets, count = 1): Promise<Socket[]> {
  const before = at.waiting.length;
  const strangers = Array.from({ length: count }, () => connect(at.address.port, LOOPBACK));
  for (const stranger of strangers) {
    open.push(stranger);
    stranger.on('error', () => {});
  }
  await Promise.all(strangers.map((stranger) => once(stranger, 'connect')));
  while (at.waiting.length < before + count) await delay(1);
  return strangers;
}

async function pair(at: NodeSockets, deadlineMs = 120_000) {
  const made = await authenticatedPair(at, deadlineMs);
  open.push(made.parent, made.child.socket);
  return made;
}

const failure = async (at: NodeSockets, deadlineMs = 120_000): Promise<HandshakeError> => {
  const error = await authenticatedPair(at, deadlineMs).then(
    () => new Error('a pair was made'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(HandshakeError);
  return error as HandshakeError;
};

/** Checks that must pass after any failure. */
function expectNothingLeft(at: NodeSockets) {
  expect(at.listenerClosed).toBe(1);
  expect(at.parents.every((parent) => parent.destroyed)).toBe(true);
  expect(at.shown.every((connection) => connection.closed)).toBe(true);
}

/** Counts the active timers that a function started. The process may have others. */
function timers() {
  const mine = new AsyncLocalStorage<true>();
  const started: { _destroyed: boolean }[] = [];
  const hook = createHook({
    init: (_, type, __, resource) => {
      if (type === 'Timeout' && mine.getStore() === true) {
        started.push(resource as { _destroyed: boolean });
      }
    },
  });
  return {
    active: () => started.filter(({ _destroyed }) => !_destroyed).length,
    during: <T>(run: () => Promise<T>): Promise<T> => {
      hook.enable();
      return mine.run(true, run).finally(() => hook.disable());
    },
  };
}

describe('the handshake', () => {
  it('returns both ends of one connection', async () => {
    const at = await sockets();
    const { parent, child, intruders } = await pair(at);
    child.socket.write('through the pair');
    const [bytes] = (await once(parent, 'data')) as [Buffer];
    expect(bytes.toString()).toBe('through the pair');
    expect(intruders).toBe(0);
    expect(at.listenerClosed).toBe(1);
  });

  it('waits for its own connection to arrive at the listener', async () => {
    const at = await sockets();
    const hidden: typeof at.waiting = [];
    const show = at.waiting.push.bind(at.waiting);
    at.waiting.push = (...connections) => hidden.push(...connections);
    at.onAccept = () => {
      if (at.looks > 60) show(...hidden.splice(0));
    };
    const { child } = await pair(at);
    expect(child.peer.address).toBe(LOOPBACK);
    expect(at.looks).toBeGreaterThan(60);
  });

  it('rejects and counts foreign connections that arrive first', async () => {
    const at = await sockets();
    const strangers = await intrude(at, 5);
    const { parent, child, intruders } = await pair(at);
    expect(intruders).toBe(5);
    expect(child.peer.port).toBe(parent.localPort);
    for (const stranger of strangers) {
      expect(stranger.localPort).not.toBe(child.peer.port);
      if (!stranger.destroyed) await once(stranger.resume(), 'close');
    }
    expect(at.shown.filter((connection) => connection.closed)).toHaveLength(5);
  });

  it('ignores the data of foreign connections', async () => {
    const at = await sockets();
    const [stranger] = await intrude(at);
    stranger?.write('injected');
    const { parent, child } = await pair(at);
    child.socket.end('genuine');
    const chunks: Buffer[] = [];
    for await (const chunk of parent) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('genuine');
  });

  it('yields to the event loop between two foreign connections', async () => {
    const at = await sockets();
    await intrude(at, 300);
    let turns = 0;
    const turn = () => {
      turns += 1;
      if (at.listenerClosed === 0) setImmediate(turn);
    };
    setImmediate(turn);
    const { intruders } = await pair(at);
    expect(intruders).toBe(300);
    expect(turns).toBeGreaterThanOrEqual(300);
  });

  it('gives up if foreign connections keep it busy until the deadline', async () => {
    const at = await sockets();
    const stranger = (await intrude(at))[0] as Socket;
    const like = at.waiting[0] as NodeConnection;
    at.onAccept = () => {
      // An endless queue of foreign connections before our own.
      const another = new NodeConnection(like.socket);
      at.waiting.unshift(another);
      if (at.looks === 20) vi.spyOn(performance, 'now').mockReturnValue(Infinity);
    };
    const error = await failure(at, 60_000);
    expect(error.message).toBe(
      'no handshake within 60000 ms; 20 foreign connections were rejected',
    );
    expect(error.intruders).toBe(20);
    at.onAccept = null;
    expectNothingLeft(at);
    stranger.destroy();
  });

  it('gives up if its own connection never arrives at the listener', async () => {
    const at = await sockets();
    at.onAccept = () => void at.waiting.splice(0);
    const error = await failure(at, 60);
    expect(error.message).toBe('no handshake within 60 ms');
    expectNothingLeft(at);
  });

  it('gives up if connecting gets no answer', async () => {
    const at = await sockets();
    const connecting = at.connect.bind(at);
    at.connect = (to) => {
      const socket = connecting(to);
      const emit = socket.emit.bind(socket);
      socket.emit = ((name: string, ...args: unknown[]) =>
        name === 'connect' ? false : emit(name, ...args)) as typeof socket.emit;
      return socket;
    };
    await expect(authenticatedPair(at)).rejects.toThrow(/^no handshake within 1000 ms$/);
    expectNothingLeft(at);
  });

  it('fails if the system cannot create a listener', async () => {
    const at = await sockets();
    at.listen = () => {
      throw Object.assign(new Error('socket: EMFILE'), { code: 'EMFILE' });
    };
    expect((await failure(at)).message).toBe('no listener on 127.0.0.1 (EMFILE)');
    expect(at.parents).toHaveLength(0);
  });

  it('fails if the connection is refused', async () => {
    const at = await sockets();
    at.onConnect = ({ address }) => ({ address, port: 1 });
    expect((await failure(at)).message).toBe('connecting failed (ECONNREFUSED)');
    expectNothingLeft(at);
  });

  it('fails if descriptors run out while accepting', async () => {
    const at = await sockets();
    await intrude(at);
    at.onAccept = () => {
      if (at.looks > 1) throw Object.assign(new Error('accept: EMFILE'), { code: 'EMFILE' });
    };
    const error = await failure(at);
    expect(error.message).toBe('accepting failed (EMFILE)');
    expect(error.intruders).toBe(1);
    expectNothingLeft(at);
  });

  it('fails with the message of an error that has no code', async () => {
    const at = await sockets();
    at.onAccept = () => {
      throw new Error('something else');
    };
    expect((await failure(at)).message).toBe('accepting failed (something else)');
    expectNothingLeft(at);
  });

  it('rejects a listener that other machines can reach', async () => {
    const at = await sockets('0.0.0.0');
    expect((await failure(at)).message).toMatch(
      /^the listener is at 0\.0\.0\.0:\d+, not on 127\.0\.0\.1$/,
    );
    expect(at.parents).toHaveLength(0);
    expect(at.listenerClosed).toBe(1);
  });

  it('rejects a listener without a port', async () => {
    const at = await sockets();
    const listen = at.listen.bind(at);
    at.listen = () => ({ ...listen(), address: { address: LOOPBACK, port: 0 } });
    expect((await failure(at)).message).toBe('the listener is at 127.0.0.1:0, not on 127.0.0.1');
  });

  it('rejects a parent that reached another port', async () => {
    const at = await sockets();
    const other = await sockets();
    at.onConnect = () => other.address;
    expect((await failure(at)).message).toBe(
      `the parent's end reached 127.0.0.1:${other.address.port}, which is not ours`,
    );
    expectNothingLeft(at);
  });

  it('rejects a parent whose own end is not on 127.0.0.1', async () => {
    const at = await sockets();
    const connecting = at.connect.bind(at);
    at.connect = (to) =>
      Object.defineProperty(connecting(to), 'localAddress', { get: () => '127.0.0.2' });
    expect((await failure(at)).message).toMatch(/^the parent's end is at 127\.0\.0\.2:\d+/);
    expectNothingLeft(at);
  });

  it.each([
    ['port of the peer', (c: NodeConnection) => ({ peer: { ...c.peer, port: c.peer.port ^ 1 } })],
    ['address of the peer', (c: NodeConnection) => ({ peer: { ...c.peer, address: '127.0.0.9' } })],
    ['own port', (c: NodeConnection) => ({ local: { ...c.local, port: c.local.port ^ 1 } })],
    ['own address', (c: NodeConnection) => ({ local: { ...c.local, address: '127.0.0.9' } })],
  ] as const)('takes no connection whose %s differs', async (_, forged) => {
    const at = await sockets();
    at.onAccept = () => {
      at.waiting.forEach((connection) => Object.assign(connection, forged(connection)));
    };
    const error = await failure(at);
    // The rejected connection was the parent's own other end.
    expect(error.message).toBe("the parent's end was closed");
    expect(error.intruders).toBe(1);
    expectNothingLeft(at);
  });

  it('stops if the end that proves the identity of the connection is closed', async () => {
    const at = await sockets();
    at.onAccept = () => {
      at.waiting.splice(0);
      at.parents[0]?.destroy();
    };
    expect((await failure(at)).message).toBe("the parent's end was closed");
    expectNothingLeft(at);
  });

  it('has its own name, and the error of the system as its cause', async () => {
    const at = await sockets();
    at.onConnect = ({ address }) => ({ address, port: 1 });
    const error = await failure(at);
    expect(error.name).toBe('HandshakeError');
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });

    const said = Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
    const deaf = await sockets();
    deaf.onAccept = () => {
      throw said;
    };
    expect((await failure(deaf)).cause).toBe(said);
    const none = await sockets();
    none.listen = () => {
      throw said;
    };
    expect((await failure(none)).cause).toBe(said);
  });

  it('rejects a parent without addresses, as after a reset', async () => {
    const nameless = (...names: string[]) => {
      const hidden = names.map((name) => [name, { get: () => undefined }]);
      return Object.fromEntries(hidden) as PropertyDescriptorMap;
    };
    const message = async (...names: string[]) => {
      const at = await sockets();
      const connecting = at.connect.bind(at);
      at.connect = (to) => Object.defineProperties(connecting(to), nameless(...names));
      const said = (await failure(at)).message;
      expectNothingLeft(at);
      return said;
    };
    expect(await message('localAddress', 'localPort')).toBe(
      "the parent's end is at nowhere:0, not on 127.0.0.1",
    );
    expect(await message('remoteAddress', 'remotePort')).toBe(
      "the parent's end reached nowhere:0, which is not ours",
    );
  });

  it('polls in fifty turns of the event loop, and then with a timer', async () => {
    const { active, during } = timers();
    const at = await sockets();
    const waited: boolean[] = [];
    const held: NodeConnection[] = [];
    at.onAccept = () => {
      held.push(...at.waiting.splice(0));
      if (at.looks === 60) at.waiting.push(...held);
      // Records whether the handshake now waits for a timer or for the next turn.
      else queueMicrotask(() => queueMicrotask(() => waited.push(active() > 0)));
    };
    await during(() => pair(at));
    expect(waited).toHaveLength(59);
    // The timer of the deadline is cleared once the parent is connected.
    expect(waited.map((timer, i) => (timer ? i + 1 : 0)).filter((look) => look > 0)).toEqual([
      51, 52, 53, 54, 55, 56, 57, 58, 59,
    ]);
    expect(active()).toBe(0);
  });

  it('tolerates two errors of the parent between the handshake and its first reader', async () => {
    const { parent } = await pair(await sockets());
    parent.emit('error', new Error('first'));
    parent.destroy(new Error('reset'));
    await once(parent, 'close').catch(() => {});
    expect(parent.destroyed).toBe(true);
  });
});
