import type { Readable, Writable } from 'node:stream';
import type { StderrLine } from '@rsync-io/aux-channel';
import type { TransportDriver } from '@rsync-io/testkit';
import { AsyncSshTransport, STDERR_CHANNEL } from '@rsync-io/transport-async';

export const driver: TransportDriver = {
  name: 'async',
  listeners: [
    {
      name: 'a line listener',
      options: (onLine) => ({ warnings: ({ text }: StderrLine) => onLine(text) }),
    },
    {
      name: 'a forward function',
      options: (onLine) => ({
        forward: {
          to: (chunk: Uint8Array) => {
            for (const line of Buffer.from(chunk).toString().trim().split('\n')) onLine(line);
          },
        },
      }),
    },
  ],
  captures: STDERR_CHANNEL,
  async spawn(command, options) {
    const transport = await AsyncSshTransport.spawn(command, options);
    const stdout = transport.stdout as Readable;
    const stdin = transport.stdin as Writable;
    return {
      pid: transport.pid,
      read: () => nextChunk(stdout),
      write: (bytes) =>
        new Promise((resolve, reject) => {
          stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
        }),
      closeStdin: () => void stdin.end(),
      split: () => transport.split(),
      stderrOutput: () => transport.stderrOutput(),
      stderrSnapshot: () => transport.stderrSnapshot(),
      tryWait: () => transport.tryWait(),
      wait: () => transport.wait(),
      waitWithStderr: () => transport.waitWithStderr(),
      cancelConnectWatchdog: () => transport.cancelConnectWatchdog(),
      kill: (signal) => transport.kill(signal),
      releaseStderr: () => transport.releaseStderr(),
      dispose: () => transport[Symbol.asyncDispose](),
    };
  },
};

/** Leaves no listeners behind, because a transport treats them as readers. */
async function nextChunk(stream: Readable): Promise<Uint8Array> {
  for (;;) {
    const chunk = stream.read() as Uint8Array | null;
    if (chunk !== null) return chunk;
    if (stream.errored !== null) throw stream.errored;
    if (stream.readableEnded || stream.destroyed) return new Uint8Array(0);
    await new Promise<void>((resolve) => {
      const events = ['readable', 'end', 'close'];
      const look = () => {
        for (const event of events) stream.off(event, look);
        resolve();
      };
      for (const event of events) stream.on(event, look);
    });
  }
}
