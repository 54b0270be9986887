import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TracedThread } from '../matrix/fault-case.js';
import type { Observation } from '../matrix/observation.js';
import type { ProbeOrder, StderrOfProbe } from '../matrix/probe-order.js';
import { FILE_LIMIT_BLOCKS, openStderr } from './probe-stderr.js';
import { Tracer, type TracedCall } from './strace.js';

const PROBE = fileURLToPath(new URL('./probe.js', import.meta.url));
/** Descriptors of a probe whose last ones are to be taken. */
const FEW_DESCRIPTORS = 96;
const FENCE_LOOK_MS = 4;

export interface ProbeRequest {
  readonly order: ProbeOrder;
  readonly stderr: StderrOfProbe;
  readonly nodeOptions: readonly string[];
  /** A folder as {@link Stage} makes it. */
  readonly folder: string;
  /** A tracer for the section. */
  readonly trace: { readonly thread: TracedThread; readonly what: readonly string[] } | null;
  /** Then the probe and all that it started are killed. Unit: milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** How a probe ended, and what it left. */
export interface ProbeRun {
  /** `null`: it left no result. */
  readonly observation: Observation | null;
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly hung: boolean;
  readonly shown: Buffer;
  readonly captured: readonly Buffer[];
  readonly calls: readonly TracedCall[];
}

/** One probe, from its start to the end of its process group. */
export async function runProbe(request: ProbeRequest): Promise<ProbeRun> {
  const { folder, order, signal } = request;
  const stderr = openStderr(request.stderr, folder);
  const probe = start(request, stderr.fd);
  stderr.started();
  const ended = once(probe, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let hung = false;
  const killAll = () => killGroup(probe);
  const deadline = setTimeout(() => {
    hung = true;
    killAll();
  }, request.deadlineMs);
  signal.addEventListener('abort', killAll, { once: true });

  let tracer: Tracer | null = null;
  try {
    if (order.fenced) {
      const gone = ended.then(() => 'gone' as const);
      if (await fence(folder, 'begin', gone)) {
        tracer = await attach(request);
        open(folder, 'begin');
        await fence(folder, 'end', gone);
        await tracer?.detach();
        open(folder, 'end');
      }
    }
    const [code, killedBy] = await ended;
    return {
      ...leftIn(folder),
      code,
      killedBy,
      hung,
      shown: stderr.finish(),
      calls: tracer?.lines() ?? [],
    };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', killAll);
    // What its children left behind is in the same group.
    killAll();
    await tracer?.detach();
  }
}

function start({ order, stderr, nodeOptions, folder }: ProbeRequest, fd: number): ChildProcess {
  const condition = order.combination.flag === 'on' ? ['-C', 'ssh-socketpair-stderr'] : [];
  const node = [process.execPath, ...condition, ...nodeOptions, PROBE, JSON.stringify(order)];
  const limits = [
    ...(order.arrange.kind === 'spare descriptors' ? [`ulimit -n ${FEW_DESCRIPTORS}`] : []),
    ...(stderr === 'file at its limit' ? [`ulimit -f ${FILE_LIMIT_BLOCKS}`] : []),
  ];
  const closing = stderr === 'closed' ? ' 2>&-' : '';
  const shell = [...limits, `exec "$@"${closing}`].join('; ');
  return spawn('/bin/sh', ['-c', shell, 'sh', ...node], {
    cwd: folder,
    // A group of its own, so that the deadline ends its children, too.
    detached: true,
    stdio: ['ignore', 'ignore', fd],
    // Without them Node starts later, or calls the kernel otherwise.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: '', NODE_OPTIONS: '', UV_USE_IO_URING: '0' },
  });
}

async function attach({ folder, order, trace }: ProbeRequest): Promise<Tracer | null> {
  if (trace === null) return null;
  const threads = JSON.parse(readFileSync(path.join(folder, 'threads.json'), 'utf8')) as {
    caller: number;
    drain: number;
  };
  // Children are spawned by the drain thread, where there is one.
  // What starts is found by following the one that starts it.
  const isCallers = trace.thread === 'caller' || trace.thread === 'starting';
  const isAlone = order.combination.transport === 'async';
  const thread = isCallers || isAlone ? threads.caller : threads.drain;
  if (thread === 0) throw new Error('the probe does not know its drain thread');
  return Tracer.attach(thread, trace.what, {
    follow: trace.thread === 'child' || trace.thread === 'starting',
    log: path.join(folder, 'calls'),
  });
}

/** Waits until the probe stands at a fence. `false`: it ended before. */
async function fence(folder: string, point: string, gone: Promise<'gone'>): Promise<boolean> {
  const at = path.join(folder, point);
  while (!existsSync(at)) {
    if ((await Promise.race([sleep(FENCE_LOOK_MS), gone])) === 'gone') return existsSync(at);
  }
  return true;
}

const open = (folder: string, point: string) => mkdirSync(path.join(folder, `${point}.go`));

function leftIn(folder: string): { observation: Observation | null; captured: Buffer[] } {
  const file = path.join(folder, 'result.json');
  if (!existsSync(file)) return { observation: null, captured: [] };
  const observation = JSON.parse(readFileSync(file, 'utf8')) as Observation;
  const captured = observation.connections.map((_, i) =>
    readFileSync(path.join(folder, `captured.${i}`)),
  );
  return { observation, captured };
}

function killGroup(probe: ChildProcess): void {
  try {
    process.kill(-(probe.pid as number), 'SIGKILL');
  } catch {
    // ESRCH: all of it has ended.
  }
}
