import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { StdinSeen } from './observation.ts';
import type { Plan } from './plan.ts';

/** Writes the plan's bytes, chunk after chunk, and ends stdin. */
export async function writeAndEnd(
  stdin: Writable,
  { bytes, chunk }: NonNullable<Plan['writer']>,
  seen: StdinSeen,
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
