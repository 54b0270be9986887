import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import {
  floodArguments,
  type FloodParameters,
  letGo,
  LINE_BYTES,
  LineCounter,
  measureFlood,
} from './flood.ts';

/** Passes every line to a callback, which reads its text. */
export default function linesCallback(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const counter = new LineCounter();
    const command = SshCommand.raw(process.execPath, floodArguments(parameters, bytes));
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
      warnings: (line) => counter.count(line.text),
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    await transport.wait();
    const droppedLines = transport.stderrSnapshot().droppedWarnings;
    // Queued lines are delivered in the next turns of the event loop.
    while (counter.lines + droppedLines < bytes / LINE_BYTES) await setImmediate();
    const duration = performance.now() - begin;
    counter.check(bytes, droppedLines);
    return { duration, droppedLines };
  });
}
