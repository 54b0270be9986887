import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compilePrograms } from '@rsync-io/kit/programs';
import { killGroup } from '@rsync-io/kit/run';
import { conditions } from '@rsync-io/kit/workspace';
import type { FaultCase, Injection, Section } from './fault-case.ts';
import { judge, type ProbeRun, type Verdict } from './judge.ts';
import { type Observation, type ProbeConfig, USUAL } from './probe/config.ts';
import { attachStrace, callsIn, type TracedCall } from './strace.ts';

/** A case that takes longer hangs; after some failed system calls libuv waits forever. Unit: milliseconds. */
const DEADLINE_MS = { others: 120_000, 'system call': 20_000 };
const POLL_MS = 4;

/** The folders of all cases, and that of the compiled programs. */
export interface Workshop {
  readonly folder: string;
  readonly programs: string;
  readonly signal: AbortSignal;
}

/** The caller removes the folder. */
export async function createWorkshop(signal: AbortSignal): Promise<Workshop> {
  const names = ['main', 'thread-backend', 'without-koffi'];
  const entries = names.map((name) => [name, path.join(import.meta.dirname, `probe/${name}.ts`)]);
  const programs = await compilePrograms(Object.fromEntries(entries) as Record<string, string>);
  return { programs, signal, folder: mkdtempSync(path.join(tmpdir(), 'rsync-io-faults-')) };
}

export interface CaseResult {
  readonly case: FaultCase;
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly injectedCall: string | null;
}

export async function runCase(faultCase: FaultCase, workshop: Workshop): Promise<CaseResult> {
  const from = performance.now();
  const config = configOf(faultCase);
  const { injection } = faultCase;
  const what = injection === undefined ? [] : injecting(injection);
  const { calls, ...run } = await runProbe(faultCase, workshop, what);
  const injectedCall = calls.find(({ text }) => text.includes('(INJECTED)'))?.text ?? null;
  const isDetachedInCall = calls.some(({ text }) => text.endsWith('<detached ...>'));
  const payload = payloadOf(config.payloadBytes, 'line');
  const verdict = judge(faultCase, config, payload, { ...run, injectedCall, isDetachedInCall });
  return { case: faultCase, verdict, injectedCall, seconds: (performance.now() - from) / 1_000 };
}

const injecting = ({ call, errno, step }: Injection) => [
  `trace=${call}`,
  `inject=${call}:error=${errno}:when=${step}`,
];

export const isCold = (section: Section | undefined) =>
  section === 'caller from the start' || section === 'starting thread';

function configOf(faultCase: FaultCase): ProbeConfig {
  const { injection } = faultCase;
  const warmUp = isCold(injection?.section) ? 'none' : USUAL.warmUp;
  return { ...USUAL, warmUp, fenced: injection !== undefined, ...faultCase };
}

/**
 * Runs one probe until its process group has ended.
 *
 * @param what strace does during the section, if the case has an injection
 */
export async function runProbe(
  faultCase: FaultCase,
  { folder: parent, programs, signal }: Workshop,
  what: readonly string[],
): Promise<Pick<ProbeRun, 'observation' | 'ended' | 'shown'> & { calls: TracedCall[] }> {
  signal.throwIfAborted();
  const folder = mkdtempSync(path.join(parent, 'case-'));
  const inFolder = (name: string) => path.join(folder, name);
  const read = (name: string) =>
    existsSync(inFolder(name)) ? readFileSync(inFolder(name), 'latin1') : '';
  const config = configOf(faultCase);
  writeFileSync(inFolder('wire'), payloadOf(config.wireBytes, 'wire'));
  writeFileSync(inFolder('payload'), payloadOf(config.payloadBytes, 'line'));
  const probe = startProbe(faultCase, config, folder, programs);
  const exited = once(probe, 'exit') as Promise<[number]>;
  let hangs = false;
  const killAll = () => killGroup(probe.pid);
  const deadline = setTimeout(
    () => {
      hangs = true;
      killAll();
    },
    faultCase.deadlineMs ?? DEADLINE_MS[config.fenced ? 'system call' : 'others'],
  );
  signal.addEventListener('abort', killAll, { once: true });
  let detach = async () => {};
  try {
    if (config.fenced && (await reaches(inFolder('begin'), exited))) {
      const { section } = faultCase.injection as Injection;
      const threads = JSON.parse(read('threads.json')) as { caller: number; drain: number };
      // The drain thread, if there is one, spawns the children.
      const ofCaller =
        isCold(section) || section === 'caller' || config.combination.transport === 'async';
      detach = await attachStrace(ofCaller ? threads.caller : threads.drain, what, {
        // A starting thread is found by following the caller.
        follow: section === 'child' || section === 'starting thread',
        log: inFolder('calls'),
      });
      mkdirSync(inFolder('begin.go'));
      await reaches(inFolder('end'), exited);
      await detach();
      mkdirSync(inFolder('end.go'));
    }
    const [status] = await exited;
    const result = read('result.json');
    return {
      observation: result === '' ? null : (JSON.parse(result) as Observation),
      ended: hangs ? null : statusName(status),
      shown: read('stderr'),
      calls: callsIn(inFolder('calls')),
    };
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', killAll);
    // The remaining processes are in the same group.
    killAll();
    await detach();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A shell opens the probe's fd 2 and waits for its reader. */
function startProbe(faultCase: FaultCase, config: ProbeConfig, folder: string, programs: string) {
  const { combination, before = ':', stderr = '2>>stderr', nodeOptions = [] } = faultCase;
  const script = `${before}\n"$@" ${stderr}\nstatus=$?\nwait\nexit $status`;
  const options = nodeOptions.map((option) => option.replace('{programs}', programs));
  const program = [path.join(programs, 'main.mjs'), JSON.stringify(config)];
  const node = [process.execPath, ...conditions(combination.flag), ...options, ...program];
  return spawn('/bin/sh', ['-c', script, 'sh', ...node], {
    cwd: folder,
    // A process group, so that the deadline ends its children as well.
    detached: true,
    stdio: 'ignore',
    // These make Node start more slowly or use other system calls.
    env: { ...process.env, NODE_EXTRA_CA_CERTS: '', NODE_OPTIONS: '', UV_USE_IO_URING: '0' },
  });
}

/** Waits until the probe has made a folder. Returns false if it ended before. */
async function reaches(folder: string, exited: Promise<unknown>): Promise<boolean> {
  const gone = exited.then(() => true);
  while (!existsSync(folder)) {
    if (await Promise.race([sleep(POLL_MS, false), gone])) return existsSync(folder);
  }
  return true;
}

/** The shell reports a signal as 128 plus its number. */
function statusName(status: number): number | string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal?.[0] ?? status;
}

/** Numbered lines, cut to the size: a lost, repeated or moved byte never yields another line. */
export function payloadOf(bytes: number, word: string): Buffer {
  let text = '';
  for (let i = 0; text.length < bytes; i++) text += `${word} ${String(i).padStart(7, '0')}\n`;
  return Buffer.from(text.slice(0, bytes));
}
