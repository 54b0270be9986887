import type { Readable, Writable } from 'node:stream';
import { asyncTransport, syncTransport } from './ours.ts';

interface Parameters {
  /** Number of messages to send and read back. */
  readonly count: number;
}

const MESSAGE_BYTES = 64;
const WARM_UP_TRIPS = 1_000;
/** A sample is the time of this many round trips, because a single one is too short to measure. */
const TRIPS_PER_SAMPLE = 1_000;

export async function sync({ count }: Parameters) {
  const connection = (await syncTransport())(['cat']);
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

/** Sends the next message in the event handler of the answer, without a promise. */
export async function transport({ count }: Parameters) {
  const child = await (await asyncTransport())(['cat']);
  const writer = child.stdin as Writable;
  const reader = child.stdout as Readable;
  const message = new Uint8Array(MESSAGE_BYTES);
  const trips = (left: number) =>
    new Promise<void>((resolve) => {
      let pending = left * MESSAGE_BYTES;
      const answered = (chunk: Buffer) => {
        pending -= chunk.length;
        if (pending % MESSAGE_BYTES > 0) return;
        if (pending > 0) return void writer.write(message);
        reader.off('data', answered);
        resolve();
      };
      reader.on('data', answered);
      writer.write(message);
    });
  await trips(WARM_UP_TRIPS);
  const begin = performance.now();
  await trips(count);
  const duration = performance.now() - begin;
  writer.end();
  reader.resume();
  await child.wait();
  return { duration: (duration / count) * TRIPS_PER_SAMPLE };
}
