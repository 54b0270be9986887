import type { Readable, Writable } from 'node:stream';
import { SshCommand, WarningQueue } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { floodArguments, type FloodParameters, letGo, LineCounter, measureFlood } from './flood.ts';

/** Holds the lines of one read of 256 KiB, so that a fast consumer loses none. */
const CAPACITY = 4_096;

/** Passes every line through a queue, consumed with `for await`, and reads its text. */
export default function linesQueue(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const counter = new LineCounter();
    const queue = new WarningQueue({ capacity: CAPACITY });
    const command = SshCommand.raw(process.execPath, floodArguments(parameters, bytes));
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
      warnings: queue,
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    const ended = transport.wait();
    for await (const line of queue) counter.count(line.text);
    await ended;
    const duration = performance.now() - begin;
    const droppedLines = queue.dropped;
    counter.check(bytes, droppedLines);
    return { duration, droppedLines };
  });
}
