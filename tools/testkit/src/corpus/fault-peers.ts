import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Something that listens on 127.0.0.1 and behaves badly. */
export interface FaultPeer {
  readonly port: number;
  close(): Promise<void>;
}

/** Accepts connections on a port of the system's choice, and passes each to `treat`. */
export async function startFaultPeer(treat: (socket: Socket) => void): Promise<FaultPeer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    treat(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** Listens, never accepts, and its queue is full: a further connection gets no answer at all. */
export async function startBlackHole(): Promise<FaultPeer> {
  const script = `
    const server = require('node:net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('node:fs').writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  const fillers = Array.from({ length: 4 }, () => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {});
    return socket;
  });
  // Those that fit are established at once on loopback; the others wait in vain.
  await once(fillers[0] as Socket, 'connect');
  const close = async () => {
    for (const socket of fillers) socket.destroy();
    child.kill('SIGKILL');
    await exited;
  };
  return { port, close };
}

/** A relay whose two sides can be cut, reset or frozen. */
export interface Relay extends FaultPeer {
  cut(): void;
  reset(): void;
  freeze(): void;
}

export async function startRelay(toPort: number): Promise<Relay> {
  const pairs: [Socket, Socket][] = [];
  const peer = await startFaultPeer((near) => {
    const far = connect({ port: toPort, host: '127.0.0.1' });
    far.on('error', () => {});
    near.pipe(far).pipe(near);
    pairs.push([near, far]);
  });
  const each = (act: (near: Socket, far: Socket) => void) => () => {
    for (const [near, far] of pairs) act(near, far);
  };
  const dropFar = each((_near, far) => void far.destroy());
  return {
    port: peer.port,
    cut: each((near, far) => {
      near.unpipe(far);
      near.destroy();
      far.destroy();
    }),
    reset: each((near, far) => {
      near.unpipe(far);
      near.resetAndDestroy();
      far.destroy();
    }),
    freeze: each((near, far) => {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }),
    close: () => {
      dropFar();
      return peer.close();
    },
  };
}
