import { readdirSync } from 'node:fs';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';

export interface ManyParameters {
  /** Connections at a time. */
  readonly count: number;
}

const threads = () => readdirSync('/proc/self/task').length;

/** Connections of one process, each having answered once on both its outputs. Linux only. */
export default async function manyConnections({ count }: ManyParameters) {
  const idle = threads();
  const script = 'read line; echo "$line"; echo tick >&2; read line';
  const open = () =>
    SshConnection.spawn(SshCommand.raw('sh', ['-c', script]), {
      backends: [socketpairBackend],
      forward: false,
    });
  const buffer = new Uint8Array(8);
  const answer = (connection: SshConnection) => {
    connection.writeAll(Buffer.from('x\n'));
    connection.read(buffer);
  };
  const first = open();
  answer(first);
  const before = process.memoryUsage.rss();
  const connections = Array.from({ length: count }, open);
  for (const connection of connections) answer(connection);
  const grown = process.memoryUsage.rss() - before;
  const threadsMore = threads() - idle;
  for (const connection of [first, ...connections]) {
    const { stderr } = connection.waitWithStderr();
    if (stderr.length !== 5) throw new Error('a connection captured nothing');
  }
  return { threadsMore, memoryEach: grown / 1000 / count };
}
