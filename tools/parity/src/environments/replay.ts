import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { treeDigest } from '@rsync-io/testkit/lab';
import type { Environment, Observation } from '../matrix/environment.ts';
import { judgeTransfer } from '../matrix/judge.ts';
import type { Row } from '../matrix/run-matrix.ts';
import { type Direction, readScenarios, type Scenario } from '../matrix/scenario.ts';
import { commandLine, compiledPrograms, readReport } from '../variant/variant.ts';
import type { Script } from './recorded-ssh.ts';

/** Output and exit status of a remote shell in one row of a real run. */
export interface Recording {
  /** Of the scenario. */
  readonly name: string;
  readonly direction: Direction;
  /** ssh's exit code. */
  readonly code: number;
  /** Base64 of what it wrote to fd 2. */
  readonly stderr: string;
  /** How often `stderr` is written; a flood is recorded as its beginning. */
  readonly times: number;
}

const FILE = path.join(ROOT, 'tools/parity/fixtures/recordings.json');
/** Unit: bytes. */
const MAX_RECORDED = 131_072;

/** Records a run of real programs, for systems without rsync and sshd. Returns the file. */
export function record(rows: readonly Row<Scenario, Observation>[]): string {
  const kept = rows.map(({ name, direction, cells }): Recording => {
    const [plain] = cells;
    const transport = cells.find(({ observation }) => observation?.transport)?.observation
      ?.transport;
    if (!plain?.observation || !transport) throw new Error(`${name} did not run`);
    const { fd2 } = plain.observation;
    const isWhole = fd2.length <= MAX_RECORDED;
    return {
      name,
      direction,
      code: transport.status.code ?? 255,
      stderr: (isWhole ? fd2 : fd2.subarray(0, MAX_RECORDED / 64)).toString('base64'),
      times: isWhole ? 1 : Math.ceil(fd2.length / MAX_RECORDED) * 64,
    };
  });
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  return FILE;
}

/** Unit: bytes. */
const PAYLOAD = 1_048_576;
/** A longer run is killed and reported as an error. */
const LIMITS = { timeout: 120_000, killSignal: 'SIGKILL' } as const;

/**
 * Replays the recorded stderr of real transfers with a program that replaces ssh, for platforms without rsync and
 * sshd. The wire carries a megabyte each time. The variant itself is the client, with files as its stdio.
 */
export async function openReplayEnvironment(nodeOptions?: readonly string[]): Promise<Environment> {
  const env = { ...process.env, RSYNC_IO_SSH_PROGRAM: process.execPath };
  const ssh = path.join(await compiledPrograms(), 'recorded-ssh.mjs');
  const scenarios = readScenarios();
  const recordings = JSON.parse(readFileSync(FILE, 'utf8')) as readonly Recording[];
  const recorded = new Map(recordings.map((one) => [asScenario(one, scenarios), one]));
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-parity-'));
  const payload = path.join(folder, 'payload');
  writeFileSync(payload, createHash('shake256', { outputLength: PAYLOAD }).digest());

  const run: Environment['run'] = async (scenario, variant) => {
    const cell = mkdtempSync(path.join(folder, 'cell-'));
    const at = (name: string) => path.join(cell, name);
    mkdirSync(at('to'));
    const script = { ...recorded.get(scenario), from: payload, to: at('to/received') } as Script;
    writeFileSync(at('script.json'), JSON.stringify(script));
    const words = await commandLine(variant, process.execPath, at('report'), nodeOptions);
    const [program = '', ...args] = [...words, ssh, at('script.json')];
    const stdin = openSync(payload, 'r');
    const stdout = openSync(scenario.direction === 'pull' ? script.to : at('stdout'), 'w');
    const fd2 = openSync(at('fd2'), 'a');
    const stdio = [scenario.direction === 'push' ? stdin : ('ignore' as const), stdout, fd2];
    const child = spawn(program, args, { stdio, env, ...LIMITS });
    for (const fd of [stdin, stdout, fd2]) closeSync(fd);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const observation = {
      client: { code, signal, stderr: Buffer.of() },
      fd2: readFileSync(at('fd2')),
      transport: readReport(at('report')),
      arrived: treeDigest(at('to')),
    };
    rmSync(cell, { recursive: true });
    return observation;
  };
  return {
    scenarios: [...recorded.keys()],
    versions: { replay: 'recorded runs', platform: process.platform },
    run,
    judge: judgeTransfer,
    close: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

/** The scenario of a recording, in its direction. Nothing of a replay is a race. */
function asScenario(
  { name, direction, code }: Recording,
  scenarios: readonly Scenario[],
): Scenario {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario called ${name}; record again.`);
  const { title, group, smoke = false } = scenario;
  return { name, title, group, smoke, direction, shows: { codes: [code] } };
}
