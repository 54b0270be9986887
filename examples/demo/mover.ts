import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AsyncSshTransport, platformBackends, quoteForShell, SshCommand } from '@rsync-io/ssh';
import type { SshPeer } from '@rsync-io/testkit';

/** How to reach the server: a program and its first arguments. */
export interface SshClient {
  readonly program: string;
  readonly args: readonly string[];
}

/** Copies a folder to the server and back, with a child whose stderr belongs to the transport. */
export interface Mover {
  readonly name: 'rsync' | 'tar';
  push(source: string, target: string): Promise<AsyncSshTransport>;
  pull(source: string, target: string): Promise<AsyncSshTransport>;
}

/** stderr is shown in the table only. */
export const options = { backends: platformBackends(), forward: false, surface: 'never' } as const;

const REMOTE_SHELL = fileURLToPath(
  new URL('bin/rsync-io-ssh.js', import.meta.resolve('@rsync-io/ssh/package.json')),
);

/** The real rsync, with `rsync-io-ssh` as its remote shell. */
export function rsyncMover(server: SshPeer, client: SshClient): Mover {
  const shell = [process.execPath, REMOTE_SHELL, ...client.args, ...server.sshArgs].join(' ');
  const env = { ...process.env, RSYNC_IO_SSH_PROGRAM: client.program };
  const rsync = (from: string, to: string) =>
    AsyncSshTransport.spawn(
      SshCommand.raw('rsync', ['-a', '-e', shell, from, to], { env }),
      options,
    );
  return {
    name: 'rsync',
    push: (source, target) => rsync(`${source}/`, `${server.host}:${target}/`),
    pull: (source, target) => rsync(`${server.host}:${source}/`, `${target}/`),
  };
}

/** tar on both sides, its stream on the wire of the transport. */
export function tarMover(server: SshPeer, client: SshClient): Mover {
  const remote = (...words: string[]) => {
    const command = words.map(quoteForShell).join(' ');
    const args = [...client.args, ...server.sshArgs, server.host, command];
    return AsyncSshTransport.spawn(SshCommand.raw(client.program, args), options);
  };
  return {
    name: 'tar',
    async push(source, target) {
      mkdirSync(target, { recursive: true });
      const transport = await remote('tar', '-C', target, '-xf', '-');
      const local = spawn('tar', ['-C', source, '-cf', '-', '.'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await pipeline(local.stdout, transport.stdin as Writable);
      return transport;
    },
    async pull(source, target) {
      mkdirSync(target, { recursive: true });
      const transport = await remote('tar', '-C', source, '-cf', '-', '.');
      const local = spawn('tar', ['-C', target, '-xf', '-'], {
        stdio: ['pipe', 'inherit', 'ignore'],
      });
      const finished = new Promise((resolve) => local.once('close', resolve));
      // If the source is missing, the stream ends early; the exit status reports it.
      await pipeline(transport.stdout as Readable, local.stdin).catch(() => {});
      await finished;
      return transport;
    },
  };
}
