import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { atMost, type BenchCase, below, compare } from '../bench-case.ts';
import { runProgram } from '../measure/run-program.ts';
import type { Sample } from '../metric.ts';
import { requireLinux } from './probe-case.ts';
import { remoteShell, startServer } from './ssh-server.ts';

const minimal = [process.execPath, path.join(import.meta.dirname, '../programs/minimal.cjs')];
const node = (code: string) => [process.execPath, '--input-type=module', '-e', code];

export const start: BenchCase = {
  name: 'start',
  title: 'rsync-io-ssh host true',
  contenders: {
    command: 'rsync-io-ssh',
    minimal: 'the smallest program that spawns ssh',
    masterCommand: 'rsync-io-ssh, with a ControlMaster',
    masterMinimal: 'the smallest program, with a ControlMaster',
    bare: 'node -e 0',
  },
  comparisons: [
    compare('time', 'duration', ['command', 'minimal'], atMost(1.05)),
    compare('with a ControlMaster', 'duration', ['masterCommand', 'masterMinimal'], atMost(1.05)),
    compare('with a ControlMaster, against node -e 0', 'duration', ['masterCommand', 'bare']),
  ],
  rounds: { quick: 5, full: 25 },
  async open({ signal }) {
    const server = await startServer('ssh', 'sshd');
    const socket = ['-o', `ControlPath=${path.dirname(server.logFile)}/control`];
    const master = spawn('ssh', [...socket, '-M', '-N', ...server.sshArgs, server.host], {
      stdio: 'ignore',
    });
    const run = async (words: readonly string[]): Promise<Sample> => {
      const [file, ...args] = words as [string, ...string[]];
      return { duration: (await runProgram(file, args, { signal })).duration };
    };
    const direct = ['-o', 'ControlPath=none', ...server.sshArgs, server.host, 'true'];
    const shared = [...socket, ...server.sshArgs, server.host, 'true'];
    // Waits until the master accepts connections; until then, ssh connects by itself.
    const check = ['ssh', ...socket, '-O', 'check', ...server.sshArgs, server.host];
    while (
      await run(check).then(
        () => false,
        () => !signal.aborted,
      )
    )
      await setTimeout(50);
    return {
      parameters: {},
      run: {
        command: () => run([...remoteShell(), ...direct]),
        minimal: () => run([...minimal, ...direct]),
        masterCommand: () => run([...remoteShell(), ...shared]),
        masterMinimal: () => run([...minimal, ...shared]),
        bare: () => run([process.execPath, '-e', '0']),
      },
      async close() {
        const ended = once(master, 'exit');
        master.kill();
        await ended;
        await server.close();
      },
    };
  },
};

/** Resident memory of a process that has waited for a second. */
async function waitingMemory(words: readonly string[], signal: AbortSignal): Promise<Sample> {
  const env = { ...process.env, RSYNC_IO_SSH_PROGRAM: 'sleep' };
  const [file, ...args] = words as [string, ...string[]];
  const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'], env, signal });
  const exited = once(child, 'exit');
  await setTimeout(1_000);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  child.kill('SIGTERM');
  await exited;
  return { memory: Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1]) / 1024 };
}

export const memory: BenchCase = {
  name: 'memory',
  title: 'rsync-io-ssh while it waits',
  contenders: { command: 'rsync-io-ssh', plain: "node -e 'setTimeout(()=>{}, 1e6)'" },
  comparisons: [compare('memory', 'memory', ['command', 'plain'], atMost(1.1))],
  rounds: { quick: 2, full: 6 },
  async open({ signal }) {
    requireLinux();
    return {
      parameters: {},
      run: {
        command: () => waitingMemory([...remoteShell(), '1000'], signal),
        plain: () => waitingMemory([process.execPath, '-e', 'setTimeout(()=>{}, 1e6)'], signal),
      },
    };
  },
};

export const imports: BenchCase = {
  name: 'import',
  title: "import of @rsync-io/ssh, less import of 'node:child_process'",
  contenders: { difference: 'both in a new process' },
  comparisons: [compare('time added', 'duration', ['difference'], below(15))],
  rounds: { quick: 7, full: 30 },
  async open({ signal }) {
    const time = async (name: string) => {
      const [file, ...args] = node(`import ${JSON.stringify(name)}`) as [string, ...string[]];
      return (await runProgram(file, args, { signal })).duration;
    };
    const url = import.meta.resolve('@rsync-io/ssh');
    const difference = async () => ({
      duration: (await time(url)) - (await time('node:child_process')),
    });
    return { parameters: {}, run: { difference } };
  },
};
