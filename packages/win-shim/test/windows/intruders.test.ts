import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { buildStderrChannel, type StderrAuxChannel } from '@rsync-io/aux-channel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopbackSockets } from '../../src/loopback-sockets.js';
import { openPair } from '../../src/open-pair.js';
import { type WindowsConnection, windowsSockets } from '../../src/windows-sockets.js';
import { loadWinsock } from '../../src/winsock.js';

const HANDSHAKES = 20;
/** Much more than the handshakes need, so that the result does not depend on time. Unit: milliseconds. */
const DEADLINE_MS = 300_000;
/** Less than the capacity of a listener's queue, which is 200 by default on Windows. */
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
  /** The turns in which a connection was accepted. */
  const takenIn: number[] = [];
  let reached = 0;

  /** The real sockets, but our own connection is made only after the intruder's are in the queue. */
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

    let turnedAway = 0;
    for (let i = 0; i < HANDSHAKES; i++) {
      const endpoint = await openPair(besieged(), DEADLINE_MS);
      turnedAway += endpoint.intruders;
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
    }
    counting = false;
    clearInterval(counter);

    expect(reached).toBe(HANDSHAKES * PER_HANDSHAKE);
    expect(turnedAway).toBe(HANDSHAKES * PER_HANDSHAKE);
    // At most one connection is accepted in a turn, so the event loop is never blocked for long.
    expect(new Set(takenIn).size).toBe(takenIn.length);
  }, 600_000);
});
