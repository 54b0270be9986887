import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  isAlive,
  Lab,
  startRsyncDaemon,
  treeDigest,
  versions,
  waitUntil,
} from '@rsync-io/testkit/lab';
import type { Variant } from '../variant/variant.ts';
import { commandLine } from '../variant/command-line.ts';
import { readReport } from '../variant/read-report.ts';
import {
  type Cell,
  CELL_DEADLINE_MS,
  type Environment,
  type EnvironmentOptions,
} from '../matrix/environment.ts';
import type { Observation } from '../matrix/observation.ts';
import { readScenarios } from './scenarios.ts';
import { compiledPrograms } from '../variant/programs.ts';
import { type Peers, WorkDir } from './work-dir.ts';

/** Real rsync, ssh and sshd, on loopback. */
export async function openRealEnvironment({ bug }: EnvironmentOptions = {}): Promise<
  Environment<WorkDir>
> {
  const programs = await compiledPrograms();
  const lab = await Lab.open();
  const peers = await startPeers(lab).catch(async (error: unknown) => {
    await lab.close();
    throw error;
  });
  let count = 0;

  const run = async ({ scenario, direction, variant }: Cell<WorkDir>): Promise<Observation> => {
    // Names of the same length, so that messages about them have the same length.
    const folder = path.join(lab.folder, 'cells', String((count += 1)).padStart(4, '0'));
    mkdirSync(folder, { recursive: true });
    try {
      const shell = writeShell(folder, variant, programs, bug);
      const workDir = new WorkDir(peers, direction, folder, shell.file);
      const client = await scenario.run(workDir);
      await shell.ended();
      return {
        client: { ...client, stderr: neutral(client.stderr, folder) },
        fd2: neutral(shell.fd2(), folder),
        transport:
          variant.kind === 'ssh' || variant.kind === 'command' ? null : shell.report(folder),
        arrived: treeDigest(workDir.to),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { scenarios: readScenarios(), versions: versions(), run, close: () => lab.close() };
}

async function startPeers(lab: Lab): Promise<Peers> {
  const banner = lab.file('banner', 'Authorized use only.\nAll is written down.\n', 0o644);
  const motd = `echo "Maintenance on Sunday" >&2; eval "$SSH_ORIGINAL_COMMAND"`;
  return {
    lab,
    daemon: await lab.keep(startRsyncDaemon(lab)),
    greeting: await lab.sshd({ extraConfig: [`Banner ${banner}`, `ForceCommand ${motd}`] }),
  };
}

/** Writes a script that is the remote shell; returns access to its results. */
function writeShell(
  folder: string,
  variant: Variant,
  programs: string,
  bug: EnvironmentOptions['bug'],
) {
  const at = (name: string) => path.join(folder, name);
  const { words, env } = commandLine(variant, {
    program: 'ssh',
    programs,
    report: at('report.json'),
    ...(bug !== undefined && { bug }),
  });
  const exports = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  const quoted = words.map((word) => `'${word}'`).join(' ');
  writeFileSync(
    at('shell'),
    `#!/bin/sh\necho $$ >'${at('pid')}'\n${exports.join('')}exec ${quoted} "$@" 2>>'${at('fd2')}'\n`,
    { mode: 0o755 },
  );
  const ended = async () => {
    if (!existsSync(at('pid'))) return;
    const pid = Number(readFileSync(at('pid'), 'utf8'));
    await waitUntil(() => !isAlive(pid), {
      what: `the remote shell of ${variant.id} to end`,
      timeoutMs: CELL_DEADLINE_MS,
      everyMs: 5,
    });
  };
  return {
    file: at('shell'),
    ended,
    fd2: () => (existsSync(at('fd2')) ? readFileSync(at('fd2')) : Buffer.alloc(0)),
    report: (of: string) => readReport(at('report.json'), (bytes) => neutral(bytes, of)),
  };
}

/** Replaces the name of the cell's folder by a constant one of the same length. */
function neutral(bytes: Buffer, folder: string): Buffer {
  if (!bytes.includes(folder)) return bytes;
  const name = '/cell'.padEnd(folder.length, '-');
  return Buffer.from(bytes.toString('latin1').replaceAll(folder, name), 'latin1');
}
