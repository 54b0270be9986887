import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '@rsync-io/command';
import {
  embeddedSshClient,
  findPeers,
  makeAwkwardTree,
  startEmbeddedSshServer,
  startOpenSshServer,
} from '@rsync-io/testkit';
import type { SshClient } from './mover.js';
import { type FlagState, formatTable, type StepResult } from './report.js';
import type { ScenarioInput } from './scenario.js';

const HELP = `Usage: npm run demo [-- --json]

Moves a small tree with awkward names over SSH and back, makes some transfers fail, and shows for both
states of the flag ssh-socketpair-stderr what became of stderr. Uses the real rsync, ssh and sshd where they
are installed (npm run setup:peers), and else tar and an SSH server of its own, on 127.0.0.1.

  --json   the results as JSON, and nothing else, on stdout
  --help   this text

Exit status: 0 every step did what it should; 1 one did not; 2 wrong usage.
`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await command({
  name: 'demo',
  help: HELP,
  options: { json: { type: 'boolean', default: false } },
  read: ({ json }) => json,
  run: async (json: boolean) => {
    try {
      return await demo(json);
    } catch (error) {
      process.stderr.write(`demo: ${(error as Error).message}\n`);
      return 1;
    }
  },
});

/** Runs every step in a process with or without the export condition. */
async function runScenario(input: ScenarioInput, onStep: (result: StepResult) => void) {
  const script = fileURLToPath(new URL('./scenario.js', import.meta.url));
  const execArgv = input.flag === 'on' ? ['-C', 'ssh-socketpair-stderr'] : [];
  const child = fork(script, [JSON.stringify(input)], {
    execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let passedThrough = '';
  child.stderr?.on('data', (chunk: Buffer) => (passedThrough += chunk.toString('latin1')));
  child.on('message', (result) => onStep(result as StepResult));
  const stop = () => child.kill();
  process.once('exit', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', stop);
  if (code !== 0) throw new Error(`the steps ended with status ${code}: ${passedThrough.trim()}`);
  return passedThrough.length;
}

async function demo(json: boolean): Promise<number> {
  const say = (text: string) => void (json ? 0 : process.stdout.write(`${text}\n`));
  const peers = findPeers();
  const mover = peers.rsync ? 'rsync' : 'tar';
  if (mover === 'tar' && peers.tar === null) {
    throw new Error('neither rsync nor tar is installed; install one of them');
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
    say(`server  ${server.description} on ${server.host}:${server.port}`);
    say(
      `client  ${peers.ssh ? `ssh (${peers.ssh.version})` : 'embedded SSH client (ssh2): no ssh is installed'}`,
    );
    say(
      `mover   ${peers.rsync ? peers.rsync.version : 'tar, on both sides: no rsync is installed'}\n`,
    );
    for (const flag of ['off', 'on'] as const satisfies FlagState[]) {
      const own = path.join(folder, flag);
      mkdirSync(path.join(own, 'source'), { recursive: true });
      const tree = makeAwkwardTree(path.join(own, 'source'));
      const input = { flag, server, client, mover, folder: own, tree } as const;
      inherited[flag] = await runScenario(input, (result) => {
        results.push(result);
        say(`${result.ok ? '✓' : '✗'} flag ${flag}: ${result.step}`);
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  const failed = results.filter((result) => !result.ok).length;
  if (json) {
    process.stdout.write(`${JSON.stringify({ peers, results, inherited }, null, 2)}\n`);
  } else {
    say(`\n${formatTable(results)}\n`);
    say(
      `With the flag off, ${inherited['off']} B of stderr went past the program to its own stderr, uncaptured;`,
    );
    say(`with it on, ${inherited['on']} B did.`);
    if (failed > 0) say(`\n${failed} of ${results.length} steps did not do what they should.`);
  }
  return failed > 0 ? 1 : 0;
}
