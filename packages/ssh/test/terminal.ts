import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describeWithPeers, findPeers } from '@rsync-io/testkit';

/** `describe` for tests that need script(1) of util-linux, which opens a pseudo-terminal. */
export const describeOnTerminal = (title: string, suite: () => void) =>
  describeWithPeers(['script'], title, suite);

/** The command line of `test/fixtures/forwarding.mjs`. */
export function forwarding(order: object): string[] {
  return [path.join(import.meta.dirname, 'fixtures/forwarding.mjs'), JSON.stringify(order)];
}

/** Runs Node on a pseudo-terminal, whose output is written to stdout. */
export function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const quoted = [process.execPath, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  return spawn(findPeers().script?.path as string, ['-qec', quoted.join(' '), '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', ...env },
  });
}

/** Everything that was written to a terminal or a pipe. */
export async function everythingFrom(child: ChildProcess, stream: 'stdout' | 'stderr') {
  const chunks: Buffer[] = [];
  child[stream]?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks);
}
