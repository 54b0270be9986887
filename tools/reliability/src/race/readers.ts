import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamSeen } from './observation.ts';
import type { Reader } from './plan.ts';

/** Reads `stream` in one of the ways that Node offers, comparing every byte with `expected`. */
export function attachReader(
  stream: Readable,
  kind: Reader,
  slow: boolean,
  seen: StreamSeen,
  expected: Buffer,
): void {
  const accept = (chunk: Buffer) => {
    if (!expected.subarray(seen.total, seen.total + chunk.length).equals(chunk))
      seen.intact = false;
    seen.total += chunk.length;
  };
  const finish = (end: Promise<void>) =>
    void end.then(
      () => (seen.end = 'clean'),
      (error: Error) => (seen.end = error),
    );
  const pause = () => (slow ? sleep(3) : undefined);
  switch (kind) {
    case 'none':
      return;
    case 'data':
    case 'pause-for-ever':
      stream.on('data', (chunk: Buffer) => {
        accept(chunk);
        if (kind === 'pause-for-ever' || slow) stream.pause();
        if (kind !== 'pause-for-ever' && slow) setTimeout(() => stream.resume(), 3);
      });
      return listen(stream, seen);
    case 'readable':
      stream.on('readable', () => {
        for (let chunk; (chunk = stream.read() as Buffer | null) !== null;) accept(chunk);
      });
      return listen(stream, seen);
    case 'iterate':
      return finish(
        (async () => {
          for await (const chunk of stream) {
            accept(chunk as Buffer);
            await pause();
          }
        })(),
      );
    case 'pipeline': {
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          const accepted = () => {
            accept(chunk);
            done();
          };
          if (slow) setTimeout(accepted, 3);
          else accepted();
        },
      });
      seen.buffered = () => sink.writableLength;
      return finish(pipeline(stream, sink));
    }
  }
}

function listen(stream: Readable, seen: StreamSeen): void {
  stream.on('end', () => (seen.end ??= 'clean'));
  stream.on('error', (error) => (seen.end = error));
}
