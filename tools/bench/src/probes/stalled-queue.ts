import type { Readable, Writable } from 'node:stream';
import { SshCommand, WarningQueue } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { floodArguments, type FloodParameters, letGo, LINE_BYTES, measureFlood } from './flood.ts';

/** A subscriber that never reads. Its lines are counted as dropped, and the child does not wait. */
export default function stalledQueue(parameters: FloodParameters) {
  return measureFlood(parameters, async (bytes) => {
    const queue = new WarningQueue();
    const command = SshCommand.raw(process.execPath, floodArguments(parameters, bytes));
    const transport = await AsyncSshTransport.spawn(command, {
      backends: [socketpairBackend],
      forward: false,
      warnings: queue,
    });
    const begin = await letGo(transport.stdin as Writable, transport.stdout as Readable);
    await transport.wait();
    const duration = performance.now() - begin;
    const { droppedWarnings, totalBytes } = transport.stderrSnapshot();
    if (droppedWarnings + queue.length !== bytes / LINE_BYTES || totalBytes !== bytes) {
      throw new Error(`${queue.length} lines wait and ${droppedWarnings} were dropped`);
    }
    return { duration };
  });
}
