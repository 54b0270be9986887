import type { Readable, Writable } from 'node:stream';
import { asyncTransport, syncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly by: keyof typeof travelers;
  /** Number of messages to send and read back. */
  readonly count: number;
}

const MESSAGE_BYTES = 64;
/** A sample is the time of this many round trips, because a single one is too short to measure. */
const TRIPS = 1_000;
const message = new Uint8Array(MESSAGE_BYTES);

/** Each returns a function that makes some round trips. */
const travelers = {
  async sync() {
    const connection = (await syncTransport())(['cat']);
    const answer = new Uint8Array(MESSAGE_BYTES);
    return (count: number) => {
      for (let i = 0; i < count; i++) {
        connection.writeAll(message);
        for (let read = 0; read < MESSAGE_BYTES;) read += connection.read(answer);
      }
    };
  },
  /** Sends the next message in the event handler of the answer, without a promise. */
  async transport() {
    const child = await (await asyncTransport())(['cat']);
    const writer = child.stdin as Writable;
    const reader = child.stdout as Readable;
    return (count: number) =>
      new Promise<void>((resolve) => {
        let pending = count * MESSAGE_BYTES;
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
  },
};

await probe(async ({ by, count }: Parameters) => {
  const travel = await travelers[by]();
  await travel(TRIPS);
  const begin = performance.now();
  await travel(count);
  return { duration: ((performance.now() - begin) / count) * TRIPS };
});
