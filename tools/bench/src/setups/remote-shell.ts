import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startOpenSshServer } from '@rsync-io/testkit';
import type { Bench, Runs } from '../open-case.ts';
import { runProgram } from '../programs.ts';

const node = process.execPath;
const manifest = createRequire(import.meta.url).resolve('@rsync-io/ssh/package.json');

/** The command line of rsync-io-ssh. */
export const remoteShell = [node, path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js')];
const minimal = [node, path.join(import.meta.dirname, '../programs/minimal.cjs')];

/** A real sshd, until the case ends. */
export async function startServer({ atEnd }: Bench) {
  const server = await startOpenSshServer();
  atEnd.push(() => server.close());
  return { ...server, address: [...server.sshArgs, server.host] };
}

/** The start of ssh, with and without a ControlMaster. */
export async function start(bench: Bench): Promise<Runs> {
  const { signal, atEnd } = bench;
  const { address, logFile } = await startServer(bench);
  const socket = ['-o', `ControlPath=${path.dirname(logFile)}/control`];
  const master = spawn('ssh', [...socket, '-M', '-N', ...address], { stdio: 'ignore' });
  const ended = once(master, 'exit');
  atEnd.push(() => (master.kill(), ended));
  // Waits until the master accepts connections; until then, ssh connects by itself.
  const check = () => runProgram(['ssh', ...socket, '-O', 'check', ...address], signal);
  const accepts = () => check().then(Boolean, () => signal.aborted);
  while (!(await accepts())) await setTimeout(50);
  const direct = ['-o', 'ControlPath=none', ...address, 'true'];
  const shared = [...socket, ...address, 'true'];
  const timed =
    (...words: string[]) =>
    async () => ({
      duration: (await runProgram(words, signal)).duration,
    });
  return {
    command: timed(...remoteShell, ...direct),
    minimal: timed(...minimal, ...direct),
    masterCommand: timed(...remoteShell, ...shared),
    masterMinimal: timed(...minimal, ...shared),
    bare: timed(node, '-e', '0'),
  };
}

/** Resident memory of a process that has waited for a second. */
export function memory({ signal }: Bench): Runs {
  const env = { ...process.env, RSYNC_IO_SSH_PROGRAM: 'sleep' };
  const waiting = async (...args: string[]) => {
    const child = spawn(node, args, { stdio: ['pipe', 'ignore', 'inherit'], env, signal });
    const exited = once(child, 'exit');
    await setTimeout(1_000);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    child.kill('SIGTERM');
    await exited;
    return { memory: Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) / 1024 };
  };
  return {
    command: () => waiting(...remoteShell.slice(1), '1000'),
    plain: () => waiting('-e', 'setTimeout(()=>{}, 1e6)'),
  };
}

/** The time of an import in a new process. */
export function importing({ signal }: Bench): Runs {
  const time = async (name: string) => {
    const code = `import ${JSON.stringify(name)}`;
    return (await runProgram([node, '--input-type=module', '-e', code], signal)).duration;
  };
  const ours = import.meta.resolve('@rsync-io/ssh');
  return {
    difference: async () => ({ duration: (await time(ours)) - (await time('node:child_process')) }),
  };
}
