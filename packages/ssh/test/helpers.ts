import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';

/** The file of a command of this package. */
export const command = (name: string) => path.join(import.meta.dirname, '../bin', `${name}.js`);

/** The command line of a program for Node, quoted for a shell and for rsync. */
export const nodeCommand = (file: string) => `'${process.execPath}' '${file}'`;

/** The command line of a command of this package, for programs that start it. */
export const remoteShell = nodeCommand(command('rsync-io-ssh'));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it exits. */
export async function run(
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Finished> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code: code as number | null, signal: signal as NodeJS.Signals | null };
}

/** Runs a command of this package until it exits. */
export const runCommand = (
  name: 'rsync-io' | 'rsync-io-ssh',
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
) => run(process.execPath, [command(name), ...args], { env: { ...process.env, ...env } });
