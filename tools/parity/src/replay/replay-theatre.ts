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
import { fileURLToPath } from 'node:url';
import { commandLine } from '../carrier/command-line.js';
import { readReport } from '../carrier/read-report.js';
import { type Cell, CELL_DEADLINE_MS, type Theatre, type TheatreOptions } from '../matrix/cell.js';
import type { Observation } from '../matrix/observation.js';
import type { ClientRun, Scenario } from '../matrix/scenario.js';
import { type Recording, recordings } from './recording.js';
import type { Script } from './script.js';

type ReplayScenario = Scenario<unknown> & { readonly recording: Recording };

const replay = fileURLToPath(new URL('replay.js', import.meta.url));
const PAYLOAD_BYTES = 1_048_576;

/**
 * The recorded stderr of real transfers, written again by a program that stands in for ssh: for
 * platforms without rsync and sshd. The wire carries a megabyte each time.
 */
export function openReplayTheatre({ plant }: TheatreOptions = {}): Theatre<unknown> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-parity-'));
  const payload = path.join(folder, 'payload');
  writeFileSync(payload, createHash('shake256', { outputLength: PAYLOAD_BYTES }).digest());
  let count = 0;

  const perform = async ({ scenario, direction, carrier }: Cell<unknown>): Promise<Observation> => {
    const at = path.join(folder, String((count += 1)).padStart(4, '0'));
    const file = (name: string) => path.join(at, name);
    mkdirSync(at);
    const { stderr, times, code } = (scenario as ReplayScenario).recording;
    const to = file('received');
    const script: Script = { direction, stderr, times, code, from: payload, to };
    writeFileSync(file('script.json'), JSON.stringify(script));
    const { words, env } = commandLine(carrier, {
      program: process.execPath,
      report: file('report.json'),
      ...(plant !== undefined && { plant }),
    });
    const client = await run([...words, replay, file('script.json')], env, {
      stdin: direction === 'push' ? payload : null,
      stdout: direction === 'pull' ? to : file('stdout'),
      stderr: file('fd2'),
    });
    const observation = {
      client,
      fd2: readFileSync(file('fd2')),
      carried: readReport(file('report.json')),
      arrived: existsSync(to) ? [digest(to)] : [],
    };
    rmSync(at, { recursive: true });
    return observation;
  };
  return {
    scenarios: recordings().map(asScenario),
    versions: { replay: 'recorded runs', platform: process.platform },
    perform,
    close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

/** A recording is of one direction, in which the real programs may have said something else. */
const asScenario = (recording: Recording): ReplayScenario => ({
  ...recording,
  directions: [recording.direction],
  shows: { codes: [recording.code] },
  recording,
  run: () => Promise.reject(new Error('a recording has no client')),
});

/** The client: the carrier on files, so that nothing but the carrier itself is between. */
async function run(
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
