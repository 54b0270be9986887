import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

/** A command line as somebody would type it, and where it is run. */
export interface Recording {
  readonly line: string;
  readonly columns: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const TIMEOUT_MS = 60_000;

/**
 * Runs a command line on a pseudo-terminal of its own, by script(1), and returns all that it wrote
 * there, below a prompt with the line itself.
 * @throws Error when script cannot be started or the line does not end in time
 */
export async function record({ line, columns, cwd, env }: Recording): Promise<Buffer> {
  const shell = `stty cols ${columns} rows 60; ${line}`;
  const child = spawn('script', ['-qec', shell, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: TIMEOUT_MS,
  });
  const [shown, [code, signal]] = await Promise.all([
    buffer(child.stdout),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (signal !== null || code === 127) {
    throw new Error(`"${line}" did not run: ${signal ?? shown.toString().trim()}`);
  }
  return Buffer.concat([Buffer.from(`\u001b[1m$ ${line}\u001b[0m\r\n`), shown]);
}
