import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import {
  buildStderrChannel,
  configureStderrChannel,
  type StderrAuxChannel,
  type StderrBackend,
} from '@rsync-io/aux-channel';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TcpLoopbackEndpoint } from '../../src/endpoint.js';
import type { LoopbackSockets } from '../../src/handshake.js';
import { openPair } from '../../src/open-pair.js';
import { type WindowsConnection, windowsSockets } from '../../src/windows-sockets.js';
import { loadWinsock } from '../../src/winsock.js';
import { pipeBackend } from './pipe-backend.js';

const HANDSHAKES = 100;
/** Less than the queue of a listener holds: 200 on Windows without special settings. */
const PER_HANDSHAKE = 100;

describe(`${HANDSHAKES * PER_HANDSHAKE} foreign connections`, () => {
  let intruder: ChildProcessByStdio<Writable, Readable, null>;
  let answers: AsyncIterator<string>;

  beforeAll(() => {
    intruder = spawn(process.execPath, [path.join(import.meta.dirname, 'fixtures/intruder.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    answers = createInterface({ input: intruder.stdout })[Symbol.asyncIterator]();
  });
  afterAll(() => void intruder.kill());

  /** Counts turns of the event loop. */
  let turn = 0;
  /** In which turns a connection was taken from the listener's queue. */
  const takenIn: number[] = [];
  let reached = 0;

  /** The real sockets, but our own connection comes only after the intruder's are in the queue. */
  function besieged(): LoopbackSockets<WindowsConnection> {
    const real = windowsSockets(loadWinsock());
    return {
      listen() {
        const listener = real.listen();
        return {
          address: listener.address,
          accept() {
            const accepted = listener.accept();
            if (accepted !== null) takenIn.push(turn);
            return accepted;
          },
          close: () => listener.close(),
        };
      },
      connect({ address, port }) {
        const late = new Socket();
        intruder.stdin.write(`${port} ${PER_HANDSHAKE}\n`);
        void answers.next().then(({ value }) => {
          reached += Number(value);
          if (!late.destroyed) late.connect({ host: address, port });
        });
        return late;
      },
    };
  }

  it('never become the stderr of a child, and the stderr of every child is captured', async () => {
    const counter = setInterval(() => {}, 1_000);
    let counting = true;
    const count = () => {
      turn += 1;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const delay = monitorEventLoopDelay({ resolution: 1 });

    const backend: StderrBackend = {
      name: 'tcp-loopback',
      module: 'data:text/javascript,',
      open: () => openPair(besieged()),
    };
    const captured = new Map<string, number>();
    let turnedAway = 0;
    for (let i = 0; i < HANDSHAKES; i++) {
      delay.enable();
      const endpoint = (await configureStderrChannel([backend, pipeBackend])) as StderrEndpoint;
      delay.disable();
      turnedAway += (endpoint as Partial<TcpLoopbackEndpoint>).intruders ?? 0;
      const child = spawn('cmd.exe', ['/C', `echo genuine ${i} 1>&2`], {
        stdio: ['ignore', 'ignore', endpoint.childStdio],
      });
      const channel = buildStderrChannel(endpoint, child, {
        forward: false,
        surface: 'never',
      }) as StderrAuxChannel<Promise<void>>;
      await once(child, 'exit');
      await channel.join();
      expect(Buffer.from(channel.collected()).toString()).toBe(`genuine ${i} \r\n`);
      captured.set(channel.backend, (captured.get(channel.backend) ?? 0) + 1);
    }
    counting = false;
    clearInterval(counter);

    console.log(
      `intruders: ${reached} in the queue first, ${turnedAway} turned away in handshakes that succeeded;`,
      `children: ${JSON.stringify(Object.fromEntries(captured))};`,
      `longest turn of the event loop in a handshake: ${(delay.max / 1e6).toFixed(1)} ms`,
    );
    expect(reached).toBe(HANDSHAKES * PER_HANDSHAKE);
    expect([...captured.values()].reduce((sum, n) => sum + n, 0)).toBe(HANDSHAKES);
    expect(captured.get('tcp-loopback')).toBeGreaterThan(0);
    expect(turnedAway).toBe((captured.get('tcp-loopback') as number) * PER_HANDSHAKE);
    // What blocks the event loop is bounded: one connection in a turn.
    expect(new Set(takenIn).size).toBe(takenIn.length);
  }, 600_000);
});
