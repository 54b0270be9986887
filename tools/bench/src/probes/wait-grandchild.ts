import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { median } from '@rsync-io/kit/statistics';
import type { Sample } from '../metric.ts';
import { asyncTransport } from './ours.ts';

interface Parameters {
  /** Path of the program that writes, leaves a sleeping process that holds fd 2, and prints its pid. */
  readonly program: string;
  readonly bytes: number;
  readonly count: number;
}

let exitedAt = 0;
let sleeper: number | null = null;

/** Median time from the child's `exit` event until `wait()` resolves, while a grandchild holds fd 2. */
export async function channel(parameters: Parameters): Promise<Sample> {
  // Registered before all other listeners, so that the drain's work at the exit is included.
  subscribe('child_process', (message) => {
    const child = (message as { process: ChildProcess }).process;
    child.once('exit', () => (exitedAt = performance.now()));
  });
  process.once('exit', endSleeper);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

  await measureOne(parameters);
  const durations: number[] = [];
  for (let i = 0; i < parameters.count; i++) durations.push(await measureOne(parameters));
  return { duration: median(durations) };
}

async function measureOne({ program, bytes }: Parameters): Promise<number> {
  const open = await asyncTransport();
  await using transport = await open([process.execPath, program, String(bytes), '0']);
  const [pid] = (await once(transport.stdout as Readable, 'data')) as [Buffer];
  sleeper = Number(pid.toString());
  await transport.wait();
  const duration = performance.now() - exitedAt;
  const { ended, totalBytes } = transport.stderrSnapshot();
  endSleeper();
  if (ended !== 'abandoned' || totalBytes !== bytes) {
    throw new Error(`The capture ended by ${ended} and holds ${totalBytes} bytes of ${bytes}`);
  }
  return duration;
}

function endSleeper(): void {
  if (sleeper !== null) process.kill(sleeper, 'SIGKILL');
  sleeper = null;
}
