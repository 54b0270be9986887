import { SshCommand } from '@rsync-io/aux-channel';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshConnection } from '@rsync-io/transport-sync';
import { throughputOf, type WireParameters, writerArguments } from './wire.ts';

const BUFFER_BYTES = 262_144;

/** Blocking reads into one buffer, from the first byte to the end. */
export default async function wireSync(parameters: WireParameters) {
  const command = SshCommand.raw(process.execPath, writerArguments(parameters));
  const connection = SshConnection.spawn(command, { backends: [socketpairBackend] });
  const buffer = new Uint8Array(BUFFER_BYTES);
  let received = connection.read(buffer);
  const begin = performance.now();
  for (let count; (count = connection.read(buffer)) > 0;) received += count;
  const duration = performance.now() - begin;
  connection.wait();
  return throughputOf(parameters.bytes, received, duration);
}
