import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import {
  MESSAGE_BYTES,
  type RoundTripParameters,
  TRIPS_PER_SAMPLE,
  WARM_UP_TRIPS,
} from './round-trip.ts';

/** Sends the next message in the event handler of the answer, without a promise. */
export default async function roundTripAsync({ count }: RoundTripParameters) {
  const transport = await AsyncSshTransport.spawn(SshCommand.raw('cat'), {
    backends: [socketpairBackend],
  });
  const writer = transport.stdin as Writable;
  const reader = transport.stdout as Readable;
  const message = new Uint8Array(MESSAGE_BYTES);
  const trips = (left: number) =>
    new Promise<void>((resolve) => {
      let pending = MESSAGE_BYTES;
      const answered = (chunk: Buffer) => {
        pending -= chunk.length;
        if (pending > 0) return;
        left -= 1;
        if (left === 0) {
          reader.off('data', answered);
          resolve();
          return;
        }
        pending = MESSAGE_BYTES;
        writer.write(message);
      };
      reader.on('data', answered);
      writer.write(message);
    });
  await trips(WARM_UP_TRIPS);
  const begin = performance.now();
  await trips(count);
  const duration = performance.now() - begin;
  writer.end();
  await once(reader.resume(), 'end');
  await transport.wait();
  return { duration: (duration / count) * TRIPS_PER_SAMPLE };
}
