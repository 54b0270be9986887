import { type Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';

const SLOW_MS = 3;

/** Reads `stream` in one of the ways that Node offers, comparing every byte. */
export function attachReader(
  stream: Readable,
  { kind, slow }: Plan['reader'],
  { arrivals: { add }, stdout: seen }: Observation,
): void {
  const finish = (end: Promise<void>) =>
    void end.then(
      () => (seen.end = 'clean'),
      (error: Error) => (seen.end = error),
    );
  if (kind === 'iterate') return finish(iterate(stream, slow, add));
  if (kind === 'pipeline') {
    const sink = slowSink(slow, add);
    seen.buffered = () => sink.writableLength;
    return finish(pipeline(stream, sink));
  }
  if (kind === 'readable') {
    stream.on('readable', () => {
      for (let chunk; (chunk = stream.read() as Buffer | null) !== null;) add(chunk);
    });
  } else {
    stream.on('data', (chunk: Buffer) => {
      add(chunk);
      if (kind === 'pause-for-ever' || slow) stream.pause();
      if (kind === 'data' && slow) setTimeout(() => stream.resume(), SLOW_MS);
    });
  }
  stream.on('end', () => (seen.end ??= 'clean')).on('error', (error) => (seen.end = error));
}

async function iterate(stream: Readable, slow: boolean, add: (chunk: Buffer) => void) {
  for await (const chunk of stream) {
    add(chunk as Buffer);
    if (slow) await sleep(SLOW_MS);
  }
}

const slowSink = (slow: boolean, add: (chunk: Buffer) => void) =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      const accept = () => {
        add(chunk);
        done();
      };
      if (slow) setTimeout(accept, SLOW_MS);
      else accept();
    },
  });

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
    // Bytes written after the child's end, or after wait() had closed stdin.
  }
}
