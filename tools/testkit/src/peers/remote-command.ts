import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Connection, ServerChannel } from 'ssh2';

/**
 * Runs one command for a client: stdin, stdout and stderr with backpressure, its exit status or
 * signal at the end. The command does not outlive the connection.
 * @returns a promise that is fulfilled when the command is gone; it never rejects
 */
export function runRemoteCommand(
  channel: ServerChannel,
  command: string,
  connection: Connection,
  options: { env?: NodeJS.ProcessEnv; cwd?: string },
): Promise<void> {
  const child = spawn(command, {
    shell: true,
    stdio: 'pipe',
    // A process group of its own, to be ended as a whole.
    detached: process.platform !== 'win32',
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  let gone = false;
  const abandon = () => {
    if (gone) return;
    killGroup(child);
    // Nobody takes the rest; unread, it would hold the pipes open and keep `close` from coming.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  connection.on('close', abandon);
  channel.on('close', abandon);
  channel.on('error', abandon);
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });

  return new Promise((resolve) => {
    child.on('error', () => {
      channel.close();
      resolve();
    });
    // `close`, not `exit`: all output has then been handed to the channel.
    child.on('close', (code, signal) => {
      gone = true;
      connection.off('close', abandon);
      resolve();
      void endSession(channel, code, signal);
    });
  });
}

/**
 * Tells the client how the command ended, and closes the channel. What was handed to the channel may
 * still wait for the client's window (RFC 4254, 5.2), and ssh2 forgets it when the channel is closed.
 */
async function endSession(
  channel: ServerChannel,
  code: number | null,
  signal: NodeJS.Signals | null,
): Promise<void> {
  await Promise.all([flushed(channel), flushed(channel.stderr)]);
  if (signal === null) channel.exit(code ?? 1);
  else channel.exit(signal.replace(/^SIG/, ''));
  channel.end();
}

/** Fulfilled when everything written so far has left; never, when the client goes away before. */
const flushed = (stream: Writable) =>
  new Promise<void>((resolve) => stream.write('', () => resolve()));

/** Ends a command with what it started, as long as one of them has its pipes open. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
