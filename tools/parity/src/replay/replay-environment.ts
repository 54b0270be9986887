import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandLine } from '../variant/command-line.ts';
import { compiledPrograms } from '../variant/programs.ts';
import { readReport } from '../variant/read-report.ts';
import {
  type Cell,
  CELL_DEADLINE_MS,
  type Environment,
  type EnvironmentOptions,
} from '../matrix/environment.ts';
import type { Observation } from '../matrix/observation.ts';
import type { ClientRun, Scenario } from '../matrix/scenario.ts';
import { type Recording, recordings } from './recording.ts';
import type { Script } from './replay.ts';

type ReplayScenario = Scenario<unknown> & { readonly recording: Recording };

const PAYLOAD_BYTES = 1_048_576;

/**
 * Replays the recorded stderr of real transfers with a program that replaces ssh, for platforms without rsync and
 * sshd. The wire carries a megabyte each time.
 */
export async function openReplayEnvironment({ bug }: EnvironmentOptions = {}): Promise<
  Environment<unknown>
> {
  const programs = await compiledPrograms();
  const replay = path.join(programs, 'replay.mjs');
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-parity-'));
  const payload = path.join(folder, 'payload');
  writeFileSync(payload, createHash('shake256', { outputLength: PAYLOAD_BYTES }).digest());
  let count = 0;

  const run = async ({ scenario, direction, variant }: Cell<unknown>): Promise<Observation> => {
    const at = path.join(folder, String((count += 1)).padStart(4, '0'));
    const file = (name: string) => path.join(at, name);
    mkdirSync(at);
    const { stderr, times, code } = (scenario as ReplayScenario).recording;
    const to = file('received');
    const script: Script = { direction, stderr, times, code, from: payload, to };
    writeFileSync(file('script.json'), JSON.stringify(script));
    const { words, env } = commandLine(variant, {
      program: process.execPath,
      programs,
      report: file('report.json'),
      ...(bug !== undefined && { bug }),
    });
    const client = await runClient([...words, replay, file('script.json')], env, {
      stdin: direction === 'push' ? payload : null,
      stdout: direction === 'pull' ? to : file('stdout'),
      stderr: file('fd2'),
    });
    const observation = {
      client,
      fd2: readFileSync(file('fd2')),
      transport: readReport(file('report.json')),
      arrived: existsSync(to) ? [digest(to)] : [],
    };
    rmSync(at, { recursive: true });
    return observation;
  };
  return {
    scenarios: recordings().map(asScenario),
    versions: { replay: 'recorded runs', platform: process.platform },
    run,
    close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

/** A recording has one direction. */
const asScenario = (recording: Recording): ReplayScenario => ({
  ...recording,
  directions: [recording.direction],
  shows: { codes: [recording.code] },
  recording,
  run: () => Promise.reject(new Error('a recording has no client')),
});

/** Runs the variant itself with files as its stdio. */
async function runClient(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  files: { stdin: string | null; stdout: string; stderr: string },
): Promise<ClientRun> {
  const stdio = [
    files.stdin === null ? ('ignore' as const) : openSync(files.stdin, 'r'),
    openSync(files.stdout, 'w'),
    openSync(files.stderr, 'a'),
  ];
  const child = spawn(program, args, {
    stdio: stdio as ['ignore' | number, number, number],
    env: { ...process.env, ...env },
    timeout: CELL_DEADLINE_MS,
    killSignal: 'SIGKILL',
  });
  for (const fd of stdio) if (typeof fd === 'number') closeSync(fd);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr: Buffer.alloc(0) };
}

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
