import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import {
  MESSAGE_BYTES,
  type RoundTripParameters,
  TRIPS_PER_SAMPLE,
  WARM_UP_TRIPS,
} from './round-trip.ts';

export default async function roundTripSync({ count }: RoundTripParameters) {
  const connection = SshConnection.spawn(SshCommand.raw('cat'), { backends: [socketpairBackend] });
  const message = new Uint8Array(MESSAGE_BYTES);
  const answer = new Uint8Array(MESSAGE_BYTES);
  const trip = () => {
    connection.writeAll(message);
    for (let read = 0; read < MESSAGE_BYTES;) read += connection.read(answer);
  };
  for (let i = 0; i < WARM_UP_TRIPS; i++) trip();
  const begin = performance.now();
  for (let i = 0; i < count; i++) trip();
  const duration = performance.now() - begin;
  connection.wait();
  return { duration: (duration / count) * TRIPS_PER_SAMPLE };
}
