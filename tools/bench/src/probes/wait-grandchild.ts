import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { median } from '@rsync-io/kit/statistics';
import type { Programs } from '../programs.ts';
import { asyncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly programs: Programs;
  readonly count: number;
}

const BYTES = 200_000;
let exitedAt = 0;

/** Time from the child's `exit` event until `wait()` resolves. */
async function measureOne({ programs }: Parameters): Promise<number> {
  const open = await asyncTransport();
  // Writes, leaves a sleeping process that holds fd 2, and prints its pid.
  const program = programs['grandchild'] as string;
  await using transport = await open([process.execPath, program, String(BYTES), '0']);
  const [pid] = (await once(transport.stdout as Readable, 'data')) as [Buffer];
  await transport.wait();
  const duration = performance.now() - exitedAt;
  const { ended, totalBytes } = transport.stderrSnapshot();
  process.kill(Number(pid.toString()), 'SIGKILL');
  if (ended === 'abandoned' && totalBytes === BYTES) return duration;
  throw new Error(`The capture ended by ${ended} and holds ${totalBytes} bytes of ${BYTES}`);
}

await probe(async (parameters: Parameters) => {
  // Registered before all other listeners, so that the drain's work at the exit is included.
  subscribe('child_process', (message) => {
    const child = (message as { process: ChildProcess }).process;
    child.once('exit', () => (exitedAt = performance.now()));
  });
  await measureOne(parameters);
  const durations: number[] = [];
  for (let i = 0; i < parameters.count; i++) durations.push(await measureOne(parameters));
  return { duration: median(durations) };
});
