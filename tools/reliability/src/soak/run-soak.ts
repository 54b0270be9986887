import path from 'node:path';
import { MarkedProcesses } from './marked-processes.ts';
import { type History, problems, type Sample, trend } from './verdict.ts';
import type { BlobFigures, BlobProgress } from './worker/blob.ts';
import type { Figures } from './worker/figures.ts';
import type { InjectedBug } from './worker/injected-bugs.ts';
import { compileWorkers, workerLines } from './worker-process.ts';

export interface SoakOptions {
  readonly ms: number;
  readonly seed: number;
  /** Concurrent connections of the asynchronous worker. */
  readonly jobs: number;
  readonly onFigures?: (figures: readonly Figures[]) => void;
  /** Ends the workload early, with a report. */
  readonly signal?: AbortSignal;
  /** Share of one processor's time that each worker gets. Unit: percent. @defaultValue 100 */
  readonly quota?: number;
  /** Bugs in both workers, for the tests of this tool. */
  readonly bugs?: readonly InjectedBug[];
  /** How long grandchildren may outlive the workers. Unit: milliseconds. */
  readonly patienceMs?: number;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly connections: number;
  readonly bytes: number;
  readonly lostBytes: number;
  /** Processes that did not end by themselves. */
  readonly remaining: number;
  readonly problems: readonly string[];
  readonly histories: readonly History[];
}

/** What a worker may need after its time is up, for its longest connection. */
const GRACE_MS = 90_000;

/** Runs both transports at the same time, each in its own process. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const started = performance.now();
  const programs = await compileWorkers();
  const processes = new MarkedProcesses();
  const latest = new Map<string, Figures>();
  const onFigures = (figures: Figures) => {
    latest.set(figures.transport, figures);
    options.onFigures?.([...latest.values()]);
  };
  const histories = await Promise.all(
    (['async', 'sync'] as const).map((transport) =>
      runWorker(transport, programs, options, processes.env, onFigures),
    ),
  );
  const remaining = await processes.killRemaining(options.patienceMs);
  const sum = (of: (figures: Figures) => number) =>
    histories.reduce((total, { last }) => total + (last === null ? 0 : of(last)), 0);
  return {
    seed: options.seed,
    seconds: (performance.now() - started) / 1_000,
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    lostBytes: sum(({ lostBytes }) => lostBytes),
    remaining,
    problems: [
      ...histories.flatMap(problems),
      ...(remaining > 0 ? [`${remaining} processes did not end by themselves`] : []),
    ],
    histories,
  };
}

async function runWorker(
  transport: Figures['transport'],
  programs: string,
  { ms, seed, jobs, signal, quota = 100, bugs = [] }: SoakOptions,
  env: NodeJS.ProcessEnv,
  onFigures: (figures: Figures) => void,
): Promise<History> {
  const started = performance.now();
  const every = Math.min(5_000, Math.max(500, ms / 20));
  const args = [
    ...['--seed', String(seed), '--jobs', String(jobs)],
    ...['--until', String(Date.now() + ms), '--every', String(every)],
    ...bugs.flatMap((bug) => ['--bug', bug]),
  ];
  const graceMs = (GRACE_MS * 100) / quota;
  const worker = { args, env, deadlineMs: ms + graceMs, signal, graceMs, quota };
  const samples: Sample[] = [];
  for await (const line of workerLines(path.join(programs, `${transport}.mjs`), worker)) {
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

const BLOB_DEADLINE_MS = 15 * 60_000;

export interface BlobOptions {
  readonly gibibytes: number;
  /** Number of short connections meanwhile. */
  readonly shortConnections: number;
  readonly onProgress?: (progress: BlobProgress) => void;
  readonly signal?: AbortSignal;
}

/** Returns `null` if it was stopped or did not finish. */
export async function runBlob(options: BlobOptions): Promise<BlobFigures | null> {
  const { gibibytes, shortConnections, onProgress, signal } = options;
  const processes = new MarkedProcesses();
  const args = [String(gibibytes), String(shortConnections)];
  const { env } = processes;
  // SIGTERM ends it at once, and the end of their pipes its children.
  const worker = { args, env, deadlineMs: BLOB_DEADLINE_MS, signal, graceMs: 0, quota: 100 };
  let figures: BlobFigures | null = null;
  for await (const line of workerLines(path.join(await compileWorkers(), 'blob.mjs'), worker)) {
    const printed = line as BlobFigures | BlobProgress;
    if ('seconds' in printed) figures = printed;
    else onProgress?.(printed);
  }
  await processes.killRemaining();
  return figures;
}
