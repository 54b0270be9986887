import path from 'node:path';
import { createInterface } from 'node:readline';
import { compilePrograms } from '@rsync-io/kit/programs';
import { execa, type ResultPromise } from 'execa';
import { MarkedProcesses } from './marked-processes.ts';
import { type History, problems } from './verdict.ts';
import type { Figures } from './worker/figures.ts';

/**
 * Small heaps for both threads of the blocking worker: otherwise most of the memory is garbage that V8 has not
 * collected, and would hide a leak. Unit: MiB.
 */
const HEAP = ['--expose-gc', '--max-old-space-size=48', '--max-semi-space-size=1'];
const PROGRAMS = ['async', 'sync', 'drain-thread'];
/** What a worker may need after its time is up, for its longest connection. Unit: milliseconds. */
const GRACE_MS = 90_000;

export interface SoakOptions {
  readonly ms: number;
  readonly seed: number;
  /** Concurrent connections of the asynchronous worker. */
  readonly jobs: number;
  /** Share of one processor's time that each worker gets. Unit: percent. @defaultValue 100 */
  readonly quota?: number;
  readonly onFigures?: (figures: Figures) => void;
  /** Ends the workload early, with a report. */
  readonly signal?: AbortSignal;
  /** Bugs in both workers, for the tests of this tool. */
  readonly bugs?: readonly string[];
  /** How long grandchildren may outlive the workers. Unit: milliseconds. */
  readonly patienceMs?: number;
}

/** Runs both transports at the same time, each in its own process. */
export async function runSoak(options: SoakOptions) {
  const worker = (name: string) => [name, path.join(import.meta.dirname, `worker/${name}.ts`)];
  const entries = Object.fromEntries(PROGRAMS.map(worker)) as Record<string, string>;
  const programs = await compilePrograms(entries);
  const processes = new MarkedProcesses();
  const histories = await Promise.all(
    (['async', 'sync'] as const).map(async (transport): Promise<History> => {
      const started = performance.now();
      const samples: { ms: number; figures: Figures }[] = [];
      const program = path.join(programs, `${transport}.mjs`);
      for await (const figures of reportsOf(program, processes.env, options)) {
        samples.push({ ms: performance.now() - started, figures });
        options.onFigures?.(figures);
      }
      return { transport, samples };
    }),
  );
  const remaining = await processes.killRemaining(options.patienceMs);
  const found = histories.flatMap(problems);
  if (remaining > 0) found.push(`${remaining} processes did not end by themselves`);
  return { histories, problems: found, remaining };
}

/** Runs a worker and yields its reports. */
async function* reportsOf(
  program: string,
  env: NodeJS.ProcessEnv,
  { ms, seed, jobs, signal, quota = 100, bugs = [] }: SoakOptions,
): AsyncGenerator<Figures> {
  const every = Math.min(5_000, Math.max(500, ms / 20));
  const args = { seed, jobs, every, until: Date.now() + ms };
  const options = Object.entries(args).map(([name, value]) => `--${name}=${value}`);
  const graceMs = (GRACE_MS * 100) / quota;
  const worker = execa(process.execPath, [...HEAP, program, ...options, ...bugs], {
    // Nothing is written to its stdin; the end of it tells the worker that this process is gone.
    stdio: ['pipe', 'pipe', 'inherit'],
    buffer: false,
    env,
    extendEnv: false,
    // Not in the terminal's foreground process group: Ctrl-C must not reach the children.
    detached: true,
    cleanup: false,
    reject: false,
    timeout: ms + graceMs,
    killSignal: 'SIGKILL',
  });
  const stop = () => worker.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const endQuota = quota < 100 ? throttle(worker, quota) : () => {};
  try {
    const lines = createInterface({ input: worker.stdout as NodeJS.ReadableStream });
    for await (const line of lines) yield JSON.parse(line) as Figures;
  } finally {
    endQuota();
    signal?.removeEventListener('abort', stop);
    worker.kill('SIGKILL');
  }
}

/** Interval of a CPU quota, as the kernel's own default. Unit: milliseconds. */
const PERIOD_MS = 100;

/** Stops and continues all threads of a process in turns, as a CPU quota of a container does. Its children run on. */
function throttle(worker: Pick<ResultPromise, 'kill'>, quota: number): () => void {
  const pausing = setInterval(() => {
    worker.kill('SIGSTOP');
    setTimeout(() => worker.kill('SIGCONT'), PERIOD_MS * (1 - quota / 100));
  }, PERIOD_MS);
  return () => clearInterval(pausing);
}
