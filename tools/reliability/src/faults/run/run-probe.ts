import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup } from '@rsync-io/kit/run';
import { conditions } from '@rsync-io/kit/workspace';
import type { TracedThread } from '../fault-case.ts';
import type { Observation } from '../observation.ts';
import type { ProbeConfig, ProbeStderrKind } from '../probe-config.ts';
import { FILE_LIMIT_BLOCKS, openStderr } from './probe-stderr.ts';
import { type TracedCall, Tracer } from './strace.ts';

/** Limit of descriptors for cases that take all of them. */
const FEW_DESCRIPTORS = 96;
const POLL_MS = 4;

export interface ProbeRequest {
  readonly config: ProbeConfig;
  readonly stderr: ProbeStderrKind;
  readonly nodeOptions: readonly string[];
  /** The compiled probe. */
  readonly program: string;
  /** A folder made by `WorkDir`. */
  readonly folder: string;
  /** What strace does during the section. */
  readonly trace: { readonly thread: TracedThread; readonly what: readonly string[] } | null;
  /** After this time the probe and everything it started are killed. Unit: milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** How a probe ended, and its results. */
export interface ProbeRun {
  /** `null` if there is none. */
  readonly observation: Observation | null;
  readonly code: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly hung: boolean;
  readonly shown: Buffer;
  readonly captured: readonly Buffer[];
  readonly calls: readonly TracedCall[];
}

/** Runs one probe until its process group has ended. */
export async function runProbe(request: ProbeRequest): Promise<ProbeRun> {
  const { folder, config, signal } = request;
  const stderr = openStderr(request.stderr, folder);
  const probe = start(request, stderr.fd);
  stderr.started();
  const ended = once(probe, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let hung = false;
  const killAll = () => killGroup(probe.pid);
  const deadline = setTimeout(() => {
    hung = true;
    killAll();
  }, request.deadlineMs);
  signal.addEventListener('abort', killAll, { once: true });

  let tracer: Tracer | null = null;
  try {
    const gone = ended.then(() => 'gone' as const);
    if (config.fenced && (await reached(folder, 'begin', gone))) {
      tracer = await attach(request);
      release(folder, 'begin');
      await reached(folder, 'end', gone);
      await tracer?.detach();
      release(folder, 'end');
    }
    const [code, killedBy] = await ended;
    const calls = tracer?.calls() ?? [];
    return { ...resultsIn(folder), code, killedBy, hung, shown: stderr.finish(), calls };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', killAll);
    // The remaining processes are in the same group.
    killAll();
    await tracer?.detach();
  }
}

function start(request: ProbeRequest, fd: number): ChildProcess {
  const { config, stderr, nodeOptions, program, folder } = request;
  const options = [...conditions(config.combination.flag), ...nodeOptions];
  const node = [process.execPath, ...options, program, JSON.stringify(config)];
  const limits = [
    ...(config.arrange.kind === 'spare descriptors' ? [`ulimit -n ${FEW_DESCRIPTORS}`] : []),
    ...(stderr === 'file at its limit' ? [`ulimit -f ${FILE_LIMIT_BLOCKS}`] : []),
  ];
  const shell = [...limits, `exec "$@"${stderr === 'closed' ? ' 2>&-' : ''}`].join('; ');
  return spawn('/bin/sh', ['-c', shell, 'sh', ...node], {
    cwd: folder,
    // A process group, so that the deadline ends its children as well.
    detached: true,
    stdio: ['ignore', 'ignore', fd],
    // These make Node start more slowly or use other system calls.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: '', NODE_OPTIONS: '', UV_USE_IO_URING: '0' },
  });
}

async function attach({ folder, config, trace }: ProbeRequest): Promise<Tracer | null> {
  if (trace === null) return null;
  const threads = JSON.parse(readFileSync(path.join(folder, 'threads.json'), 'utf8')) as {
    caller: number;
    drain: number;
  };
  // The drain thread, if there is one, spawns the children. A starting thread is found by following the caller.
  const isCallers = trace.thread === 'caller' || trace.thread === 'starting';
  const thread =
    isCallers || config.combination.transport === 'async' ? threads.caller : threads.drain;
  if (thread === 0) throw new Error('the probe did not find its drain thread');
  return Tracer.attach(thread, trace.what, {
    follow: trace.thread === 'child' || trace.thread === 'starting',
    log: path.join(folder, 'calls'),
  });
}

/** Waits until the probe has reached a fence. Returns false if it ended before. */
async function reached(folder: string, fence: string, gone: Promise<'gone'>): Promise<boolean> {
  const at = path.join(folder, fence);
  while (!existsSync(at)) {
    if ((await Promise.race([sleep(POLL_MS), gone])) === 'gone') return existsSync(at);
  }
  return true;
}

const release = (folder: string, fence: string) => mkdirSync(path.join(folder, `${fence}.go`));

function resultsIn(folder: string): { observation: Observation | null; captured: Buffer[] } {
  const file = path.join(folder, 'result.json');
  if (!existsSync(file)) return { observation: null, captured: [] };
  const observation = JSON.parse(readFileSync(file, 'utf8')) as Observation;
  const captured = observation.connections.map((_, i) =>
    readFileSync(path.join(folder, `captured.${i}`)),
  );
  return { observation, captured };
}
