import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  isAlive,
  Lab,
  makeAwkwardTree,
  startRsyncDaemon,
  treeDigest,
  versions,
  waitUntil,
} from '@rsync-io/testkit/lab';
import type { Environment } from '../matrix/environment.ts';
import { judgeTransfer } from '../matrix/judge.ts';
import { readCase, readScenarios } from '../matrix/scenario.ts';
import { commandLine, readReport } from '../variant/variant.ts';

/** Unit: milliseconds. */
const SHELL_DEADLINE_MS = 120_000;

/** Real rsync, ssh and sshd, on loopback. */
export async function openRealEnvironment(): Promise<Environment> {
  const functions = readCase('transfers.sh');
  const scenarios = readScenarios();
  const lab = await Lab.open();
  const { daemon, greeting } = await startPeers(lab).catch(async (error: unknown) => {
    await lab.close();
    throw error;
  });

  const run: Environment['run'] = async (scenario, variant) => {
    const { direction, awkward, line = 'transfer -a' } = scenario;
    // The same for all variants, so that messages contain the same names, and short, for the name of a control socket.
    const folder = path.join(lab.folder, 'cells', String(scenarios.indexOf(scenario)));
    const at = (name: string) => path.join(folder, name);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    for (const name of ['from', 'to']) mkdirSync(at(name), { recursive: true });
    if (awkward !== undefined) makeAwkwardTree(at('from'), awkward);
    else for (const name of ['a', 'b', 'c']) writeFileSync(at(`from/${name}`), `${name}\n`);
    writeFileSync(at('line'), `${functions}\n${line}\n`);

    const words = await commandLine(variant, 'ssh', at('report'));
    const command = words.map((word) => `'${word}'`).join(' ');
    const start = `echo $$ >'${at('pid')}'\nexec ${command} "$@" 2>>'${at('fd2')}'\n`;
    writeFileSync(at('shell'), `#!/bin/sh\n${start}`, { mode: 0o755 });

    const server = scenario.server === 'greeting' ? greeting : lab.server;
    const client = await lab.run('bash', [at('line')], {
      cwd: folder,
      env: {
        DIRECTION: direction,
        HOST: server.host,
        SSH: [at('shell'), ...server.sshArgs].join(' '),
        CONFIG: server.configFile,
        IDENTITY: server.identityFile,
        MODULE: `open/${path.relative(lab.folder, folder)}`,
        DAEMON_CONFIG: daemon.configFile,
        DAEMON_PORT: String(daemon.port),
        RSYNC_PASSWORD: 'wrong',
      },
    });
    const contents = (name: string) =>
      existsSync(at(name)) ? readFileSync(at(name)) : Buffer.of();
    const pid = Number(contents('pid').toString());
    await waitUntil(() => pid === 0 || !isAlive(pid), {
      what: `the remote shell of ${variant.id} to end`,
      timeoutMs: SHELL_DEADLINE_MS,
    });
    const arrived = treeDigest(at('to'));
    return { client, fd2: contents('fd2'), transport: readReport(at('report')), arrived };
  };
  return { scenarios, versions: versions(), run, judge: judgeTransfer, close: () => lab.close() };
}

/** Starts the servers that scenarios use besides the lab's. */
async function startPeers(lab: Lab) {
  const banner = lab.file('banner', 'Authorized use only.\nAll is written down.\n', 0o644);
  const motd = `echo "Maintenance on Sunday" >&2; eval "$SSH_ORIGINAL_COMMAND"`;
  return {
    daemon: await lab.keep(startRsyncDaemon(lab)),
    greeting: await lab.sshd({ extraConfig: [`Banner ${banner}`, `ForceCommand ${motd}`] }),
  };
}
