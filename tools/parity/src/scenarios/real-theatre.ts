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
import type { Carrier } from '../carrier/carrier.js';
import { commandLine } from '../carrier/command-line.js';
import { readReport } from '../carrier/read-report.js';
import { type Cell, CELL_DEADLINE_MS, type Theatre, type TheatreOptions } from '../matrix/cell.js';
import type { Observation } from '../matrix/observation.js';
import { scenarios } from './index.js';
import { type Peers, Stage } from './stage.js';

/** Real rsync, ssh and sshd, on loopback. */
export async function openRealTheatre({ plant }: TheatreOptions = {}): Promise<Theatre<Stage>> {
  const lab = await Lab.open();
  const peers = await startPeers(lab).catch(async (error: unknown) => {
    await lab.close();
    throw error;
  });
  let count = 0;

  const perform = async ({ scenario, direction, carrier }: Cell<Stage>): Promise<Observation> => {
    // Names of one length, so that what is said of them has one length too.
    const folder = path.join(lab.folder, 'cells', String((count += 1)).padStart(4, '0'));
    mkdirSync(folder, { recursive: true });
    try {
      const shell = writeShell(folder, carrier, plant);
      const stage = new Stage(peers, direction, folder, shell.file);
      const client = await scenario.run(stage);
      await shell.ended();
      return {
        client: { ...client, stderr: neutral(client.stderr, folder) },
        fd2: neutral(shell.fd2(), folder),
        carried: carrier.kind === 'ssh' || carrier.kind === 'command' ? null : shell.report(folder),
        arrived: treeDigest(stage.to),
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { scenarios, versions: versions(), perform, close: () => lab.close() };
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

/** A program that is the remote shell, and what is left of it when it ended. */
function writeShell(folder: string, carrier: Carrier, plant: TheatreOptions['plant']) {
  const at = (name: string) => path.join(folder, name);
  const { words, env } = commandLine(carrier, {
    program: 'ssh',
    report: at('report.json'),
    ...(plant !== undefined && { plant }),
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
      what: `the remote shell of ${carrier.id} to end`,
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

/** The cell's folder is named differently in each cell, by a name of the same length. */
function neutral(bytes: Buffer, folder: string): Buffer {
  if (!bytes.includes(folder)) return bytes;
  const name = '/cell'.padEnd(folder.length, '-');
  return Buffer.from(bytes.toString('latin1').replaceAll(folder, name), 'latin1');
}
