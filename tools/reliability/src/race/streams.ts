import { type Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from './observation.ts';
import type { Plan, Reader } from './plan.ts';

/** Reads `stream` in one of the ways that Node offers, comparing every byte. */
export function attachReader(
  stream: Readable,
  kind: Reader,
  slow: boolean,
  seen: Observation['stdout'],
): void {
  const accept = seen.arrivals.add;
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

function listen(stream: Readable, seen: Observation['stdout']): void {
  stream.on('end', () => (seen.end ??= 'clean'));
  stream.on('error', (error) => (seen.end = error));
}

/** Writes the plan's bytes, chunk after chunk, and ends stdin. */
export async function writeAndEnd(
  stdin: Writable,
  { bytes, chunk }: NonNullable<Plan['writer']>,
  seen: Observation['stdin'],
): Promise<void> {
  stdin.on('error', () => {});
  seen.isLate = bytes > 0 && stdin.writableEnded;
  try {
    while (seen.written < bytes) {
      const part = Buffer.alloc(Math.min(chunk, bytes - seen.written), 'x');
      await new Promise<void>((resolve, reject) => {
        stdin.write(part, (error) => (error ? reject(error) : resolve()));
      });
      seen.written += part.length;
    }
    stdin.end();
    // Not the callback of `end()`: Node never calls it on a stream that was destroyed before.
    await finished(stdin, { readable: false });
    seen.finished = true;
  } catch {
    // What was written after the child's end, or after wait() had closed stdin.
  }
}
