import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type History, LEAST_LONG_MS, problems } from './verdict.js';
import type { Figures } from './worker/figures.js';

export interface SoakOptions {
  readonly ms: number;
  readonly seed: number;
  /** Connections at a time, of the asynchronous worker. */
  readonly jobs: number;
  readonly onFigures?: (figures: readonly Figures[]) => void;
  /** Ends the workload early; the report is made all the same. */
  readonly signal?: AbortSignal;
}

export interface SoakReport {
  readonly seed: number;
  readonly connections: number;
  readonly bytes: number;
  readonly lostBytes: number;
  readonly problems: readonly string[];
  readonly histories: readonly History[];
}

/** What a worker needs after its time is up: the longest connection, and to settle. */
const GRACE_MS = 45_000;

/** Both transports at once, each in a process of its own. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const latest = new Map<string, Figures>();
  const onFigures = (figures: Figures) => {
    latest.set(figures.transport, figures);
    options.onFigures?.([...latest.values()]);
  };
  const histories = await Promise.all(
    (['async', 'sync'] as const).map((transport) => runWorker(transport, options, onFigures)),
  );
  const sum = (of: (figures: Figures) => number) =>
    histories.reduce((total, { last }) => total + of(last), 0);
  return {
    seed: options.seed,
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    lostBytes: sum(({ lostBytes }) => lostBytes),
    problems: histories.flatMap(problems),
    histories,
  };
}

async function runWorker(
  transport: Figures['transport'],
  { ms, seed, jobs, signal }: SoakOptions,
  onFigures: (figures: Figures) => void,
): Promise<History> {
  const until = Date.now() + ms;
  const every = Math.min(5_000, Math.max(500, ms / 20));
  const worker = startWorker(transport, [
    ...['--seed', String(seed), '--jobs', String(jobs)],
    ...['--until', String(until), '--every', String(every)],
  ]);
  const stop = () => void worker.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  const deadline = setTimeout(() => worker.kill('SIGKILL'), ms + GRACE_MS);
  const started = Date.now();
  const samples: { at: number; memory: number }[] = [];
  let last: Figures | null = null;
  try {
    for await (const line of createInterface({ input: worker.stdout as NodeJS.ReadableStream })) {
      last = JSON.parse(line) as Figures;
      samples.push({ at: (Date.now() - started) / ms, memory: last.census.memory });
      onFigures(last);
    }
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', stop);
  }
  if (last === null) throw new Error(`the ${transport} worker told nothing`);
  const between = (from: number, to: number) =>
    median(samples.filter(({ at }) => at >= from && at <= to).map(({ memory }) => memory));
  const memory = { early: between(0.25, 0.5), late: between(0.75, Infinity) };
  return { transport, last, memory, isLong: ms >= LEAST_LONG_MS };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * Small heaps, for both threads of the blocking worker: otherwise the memory of a process is mostly what
 * V8 has not yet seen a reason to collect, and a leak would hide in it. Unit: MiB.
 */
const HEAP = ['--expose-gc', '--max-old-space-size=48', '--max-semi-space-size=1'];

function startWorker(transport: string, args: readonly string[]): ChildProcess {
  const program = fileURLToPath(new URL(`soak-${transport}.js`, import.meta.url));
  const worker = spawn(process.execPath, [...HEAP, program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  void once(worker, 'exit').catch(() => {});
  return worker;
}
