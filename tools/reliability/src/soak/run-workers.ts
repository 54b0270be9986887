import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { compilePrograms } from '@rsync-io/kit/programs';
import { execa, type ResultPromise } from 'execa';
import { type History, problems } from './verdict.ts';
import type { Figures, Task } from './worker/worker.ts';

/** Marks the processes of a run, so that orphans are found, too. */
const MARK = 'RSYNC_IO_SOAK_RUN';
/** Grandchildren end within three seconds; a busy machine may take longer. Unit: milliseconds. */
const PATIENCE_MS = 10_000;
/** Small heaps: otherwise most of the memory is garbage that V8 has not collected, and hides a leak. Unit: MiB. */
const HEAP = ['--expose-gc', '--max-old-space-size=48', '--max-semi-space-size=1'];
/** The time that a worker may need for its last connection after the end of the run. Unit: milliseconds. */
const GRACE_MS = 90_000;
/** Interval of a CPU quota, as the kernel's own default. Unit: milliseconds. */
const PERIOD_MS = 100;

export interface WorkersOptions {
  /** One worker for each, at the same time. */
  readonly tasks: readonly Pick<Task, 'transport' | 'jobs'>[];
  readonly mix: Task['mix'];
  readonly seed: number;
  /** Ends at the first of both limits. */
  readonly ms: number;
  readonly connections?: number;
  /** Share of one processor's time that each worker gets. Unit: percent. @defaultValue 100 */
  readonly quota?: number;
  readonly onFigures?: (transport: Task['transport'], figures: Figures) => void;
  /** Ends the workload early, with a report. */
  readonly signal?: AbortSignal;
  /** For the tests of this tool: further Node options, and how long grandchildren may outlive the workers. */
  readonly nodeOptions?: readonly string[];
  readonly patienceMs?: number;
}

/** Runs a workload, each transport in its own process. */
export async function runWorkers(options: WorkersOptions) {
  const entry = (name: string) => [name, path.join(import.meta.dirname, `worker/${name}.ts`)];
  const entries = ['async', 'sync', 'drain-thread'].map(entry);
  const programs = await compilePrograms(Object.fromEntries(entries) as Record<string, string>);
  const mark = `${process.pid}-${randomBytes(8).toString('hex')}`;
  const histories = await Promise.all(
    options.tasks.map(async ({ transport, jobs }): Promise<History> => {
      const started = performance.now();
      const samples: { ms: number; figures: Figures }[] = [];
      const { mix, seed, ms, connections = Number.MAX_SAFE_INTEGER } = options;
      const every = Math.min(5_000, Math.max(500, ms / 20));
      const until = Date.now() + ms;
      const task: Task = { transport, jobs, mix, seed, connections, every, until };
      const program = path.join(programs, `${transport === 'sync' ? 'sync' : 'async'}.mjs`);
      for await (const figures of reportsOf(program, task, mark, options)) {
        samples.push({ ms: performance.now() - started, figures });
        options.onFigures?.(transport, figures);
      }
      return { transport, samples };
    }),
  );
  const found = histories.flatMap((history) =>
    problems(history).map((problem) => `${history.transport}: ${problem}`),
  );
  const remaining = await killMarked(`${MARK}=${mark}`, options.patienceMs ?? PATIENCE_MS);
  if (remaining > 0) found.push(`${remaining} processes did not end by themselves`);
  return { histories, problems: found };
}

async function* reportsOf(
  program: string,
  task: Task,
  mark: string,
  { ms, signal, quota = 100, nodeOptions = [] }: WorkersOptions,
): AsyncGenerator<Figures> {
  const worker = execa(process.execPath, [...HEAP, ...nodeOptions, program, JSON.stringify(task)], {
    // Nothing is written to its stdin; its end shows the worker that this process has ended.
    stdio: ['pipe', 'pipe', 'inherit'],
    buffer: false,
    env: { [MARK]: mark },
    // Not in the terminal's foreground process group: Ctrl-C must not reach the children.
    detached: true,
    cleanup: false,
    reject: false,
    timeout: ms + (GRACE_MS * 100) / quota,
    killSignal: 'SIGKILL',
  });
  const stop = () => worker.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const pausing = quota < 100 ? throttle(worker, quota) : undefined;
  try {
    const lines = createInterface({ input: worker.stdout as NodeJS.ReadableStream });
    for await (const line of lines) yield JSON.parse(line) as Figures;
  } finally {
    clearInterval(pausing);
    signal?.removeEventListener('abort', stop);
    worker.kill('SIGKILL');
  }
}

/** Stops and continues all threads of a process in turns, as a CPU quota of a container does. Its children run on. */
const throttle = (worker: Pick<ResultPromise, 'kill'>, quota: number) =>
  setInterval(() => {
    worker.kill('SIGSTOP');
    setTimeout(() => worker.kill('SIGCONT'), PERIOD_MS * (1 - quota / 100));
  }, PERIOD_MS);

/** Waits for marked processes to end and kills those that do not. Returns the number killed. */
async function killMarked(mark: string, patienceMs: number): Promise<number> {
  const marked = () => {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => environmentOf(pid).includes(mark));
  };
  const deadline = performance.now() + patienceMs;
  while (marked().length > 0 && performance.now() < deadline) await sleep(50);
  const pids = marked();
  for (const pid of pids) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // ESRCH: it has ended.
    }
  }
  return pids.length;
}

/** Empty for processes that have ended, zombies included, and for those of other users. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
