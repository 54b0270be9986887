import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { formatTable } from '@rsync-io/kit/table';
import { statusLine } from '@rsync-io/kit/terminal';
import { conditions, FLAG_STATES } from '@rsync-io/kit/workspace';
import {
  embeddedSshClient,
  findPeers,
  makeAwkwardTree,
  startEmbeddedSshServer,
  startOpenSshServer,
} from '@rsync-io/testkit';
import type { SshClient } from './mover.ts';
import type { ScenarioInput, StepResult } from './scenario.ts';

/** Prints the results of all steps. Returns the exit status. */
export async function demo(json: boolean): Promise<number> {
  const print = (text: string) => void (json || process.stdout.write(`${text}\n`));
  const status = statusLine(process.stderr);
  const peers = findPeers();
  const mover = peers.rsync ? 'rsync' : 'tar';
  if (!peers.rsync && !peers.tar) {
    throw new UnsupportedError('neither rsync nor tar is installed; install one of them.');
  }
  const client: SshClient = peers.ssh
    ? { program: peers.ssh.path, args: [] }
    : { program: process.execPath, args: [embeddedSshClient()] };
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-demo-'));
  const results: StepResult[] = [];
  const inherited: Record<string, number> = {};
  try {
    await using server =
      peers.sshd && peers.ssh ? await startOpenSshServer() : await startEmbeddedSshServer();
    const clientText = peers.ssh
      ? `ssh (${peers.ssh.version})`
      : 'embedded SSH client (ssh2), because ssh is not installed';
    const moverText = peers.rsync?.version ?? 'tar on both sides, because rsync is not installed';
    print(`server  ${server.description} on ${server.host}:${server.port}`);
    print(`client  ${clientText}\nmover   ${moverText}\n`);
    for (const flag of FLAG_STATES) {
      const own = path.join(folder, flag);
      mkdirSync(path.join(own, 'source'), { recursive: true });
      const tree = makeAwkwardTree(path.join(own, 'source'));
      const input = { flag, server, client, mover, folder: own, tree } as const;
      inherited[flag] = await runScenario(input, (result) => {
        results.push(result);
        status.put(`flag ${flag}: ${result.step}`);
      });
    }
  } finally {
    status.clear();
    rmSync(folder, { recursive: true, force: true });
  }

  const failed = results.filter(({ ok }) => !ok).length;
  if (json) {
    process.stdout.write(`${JSON.stringify({ peers, results, inherited }, null, 2)}\n`);
    return failed > 0 ? 1 : 0;
  }
  print(tableOf(results));
  print(
    `\nWith the flag off, ${inherited['off']} B of stderr went to the program's own stderr, uncaptured; with it on, ${inherited['on']} B.`,
  );
  if (failed > 0) print(`\n${failed} of ${results.length} steps had an unexpected result.`);
  return failed > 0 ? 1 : 0;
}

/** Runs every step in a process with or without the export condition. Returns the bytes on its stderr. */
async function runScenario(input: ScenarioInput, onStep: (result: StepResult) => void) {
  const child = fork(path.join(import.meta.dirname, 'scenario.ts'), [JSON.stringify(input)], {
    // With the options with which Node loads TypeScript.
    execArgv: [...process.execArgv, ...conditions(input.flag)],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('latin1')));
  child.on('message', (result) => onStep(result as StepResult));
  const stop = () => child.kill();
  process.once('exit', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', stop);
  if (code !== 0) throw new Error(`the steps ended with status ${code}: ${stderr.trim()}`);
  return stderr.length;
}

const tableOf = (results: readonly StepResult[]) =>
  formatTable(
    ['', 'flag', 'step', 'backend', 'moved and verified', 'stderr', 'exit', 'explanation'],
    results.map((result) => [
      result.ok ? '✓' : '✗',
      result.flag,
      result.step,
      result.backend,
      result.moved || '–',
      result.captured === null ? 'inherited' : `${result.captured} B captured`,
      result.exit,
      result.explanation || '–',
    ]),
  );
