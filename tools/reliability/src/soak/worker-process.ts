import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { compilePrograms } from '@rsync-io/kit/programs';

/**
 * Small heaps for both threads of the blocking worker: otherwise most of the memory is garbage that V8 has not
 * collected, and would hide a leak. Unit: MiB.
 */
const HEAP = ['--expose-gc', '--max-old-space-size=48', '--max-semi-space-size=1'];

const PROGRAMS = ['async', 'sync', 'blob', 'thread-heap-backend'] as const;

/** Returns the folder of the compiled workers. */
export const compileWorkers = () =>
  compilePrograms(
    Object.fromEntries(
      PROGRAMS.map((name) => [name, path.join(import.meta.dirname, `worker/${name}.ts`)]),
    ),
  );

export interface WorkerProcess {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The worker is killed after this time. Unit: milliseconds. */
  readonly deadlineMs: number;
  /** Asks the worker to end, for which it has `graceMs`. */
  readonly signal: AbortSignal | undefined;
  readonly graceMs: number;
  /** Share of one processor's time that the worker gets, in percent. */
  readonly quota: number;
}

/** Runs a worker and yields the lines of JSON that it prints. */
export async function* workerLines(
  program: string,
  { args, env, deadlineMs, signal, graceMs, quota }: WorkerProcess,
): AsyncGenerator<unknown> {
  const worker = spawn(process.execPath, [...HEAP, program, ...args], {
    // Nothing is written to its stdin; the end of it tells the worker that this process is gone.
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
    // Not in the terminal's foreground process group: Ctrl-C must not reach the children.
    detached: true,
  });
  const kill = () => void worker.kill('SIGKILL');
  let deadline = setTimeout(kill, deadlineMs);
  const stop = () => {
    worker.kill('SIGTERM');
    clearTimeout(deadline);
    deadline = setTimeout(kill, graceMs);
  };
  const endQuota = quota < 100 ? throttle(worker, quota) : () => {};
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    for await (const line of createInterface({ input: worker.stdout })) yield JSON.parse(line);
  } finally {
    clearTimeout(deadline);
    endQuota();
    signal?.removeEventListener('abort', stop);
    kill();
  }
}

/** Interval of a CPU quota, as the kernel's own default. Unit: milliseconds. */
const PERIOD_MS = 100;

/** Stops and continues all threads of a process in turns, as a CPU quota of a container does. Its children run on. */
function throttle(process: ChildProcess, quota: number): () => void {
  const pausing = setInterval(() => {
    process.kill('SIGSTOP');
    setTimeout(() => process.kill('SIGCONT'), PERIOD_MS * (1 - quota / 100));
  }, PERIOD_MS);
  return () => clearInterval(pausing);
}
