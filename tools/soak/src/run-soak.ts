import { markedRun } from './left-over.js';
import { type Sample, trend } from './trend.js';
import { type History, problems } from './verdict.js';
import type { Figures } from './worker/figures.js';
import type { Plant } from './worker/plant.js';
import { workerLines } from './worker-process.js';

export interface SoakOptions {
  readonly ms: number;
  readonly seed: number;
  /** Connections at a time, of the asynchronous worker. */
  readonly jobs: number;
  readonly onFigures?: (figures: readonly Figures[]) => void;
  /** Ends the workload early; the report is made all the same. */
  readonly signal?: AbortSignal;
  /** Faults to make on purpose, in both workers, to see them caught. */
  readonly plants?: readonly Plant[];
  /** How long grandchildren may take to end after the workers. Unit: milliseconds. */
  readonly patienceMs?: number;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly connections: number;
  readonly bytes: number;
  readonly lostBytes: number;
  /** Processes that did not end by themselves. */
  readonly leftOver: number;
  readonly problems: readonly string[];
  readonly histories: readonly History[];
}

/** What a worker needs after its time is up: the longest connection, and to settle. */
const GRACE_MS = 45_000;

/** Both transports at once, each in a process of its own. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const started = performance.now();
  const run = markedRun(options.patienceMs);
  const latest = new Map<string, Figures>();
  const onFigures = (figures: Figures) => {
    latest.set(figures.transport, figures);
    options.onFigures?.([...latest.values()]);
  };
  const histories = await Promise.all(
    (['async', 'sync'] as const).map((transport) =>
      runWorker(transport, options, run.env, onFigures),
    ),
  );
  const leftOver = await run.endLeftOver();
  const sum = (of: (figures: Figures) => number) =>
    histories.reduce((total, { last }) => total + (last === null ? 0 : of(last)), 0);
  return {
    seed: options.seed,
    seconds: (performance.now() - started) / 1_000,
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    lostBytes: sum(({ lostBytes }) => lostBytes),
    leftOver,
    problems: [
      ...histories.flatMap(problems),
      ...(leftOver > 0 ? [`${leftOver} processes did not end by themselves`] : []),
    ],
    histories,
  };
}

async function runWorker(
  transport: Figures['transport'],
  { ms, seed, jobs, signal, plants = [] }: SoakOptions,
  env: NodeJS.ProcessEnv,
  onFigures: (figures: Figures) => void,
): Promise<History> {
  const started = performance.now();
  const every = Math.min(5_000, Math.max(500, ms / 20));
  const args = [
    ...['--seed', String(seed), '--jobs', String(jobs)],
    ...['--until', String(Date.now() + ms), '--every', String(every)],
    ...plants.flatMap((plant) => ['--plant', plant]),
  ];
  const worker = { env, deadlineMs: ms + GRACE_MS, signal, graceMs: GRACE_MS };
  const samples: Sample[] = [];
  for await (const line of workerLines(`soak-${transport}`, args, worker)) {
    const figures = line as Figures;
    samples.push({ ms: performance.now() - started, figures });
    onFigures(figures);
  }
  return {
    transport,
    last: samples.at(-1)?.figures ?? null,
    memory: trend(samples, 'memory'),
    heap: trend(samples, 'heap'),
    ms: performance.now() - started,
  };
}
