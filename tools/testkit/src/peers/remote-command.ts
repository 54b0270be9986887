import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Connection, ServerChannel } from 'ssh2';

/**
 * Runs a command for a client: passes stdin, stdout and stderr with backpressure, and returns its exit
 * status or signal. The command does not outlive the connection.
 * @returns a promise that resolves when the command has ended; never rejects
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
    // In its own process group, which can be ended as a whole.
    detached: process.platform !== 'win32',
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  let gone = false;
  const abandon = () => {
    if (gone) return;
    killGroup(child);
    // Discards the rest. Unread, it would keep the pipes open and prevent the event `close`.
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
 * Sends the exit status to the client and closes the channel. Data in the channel may still wait for the
 * client's window (RFC 4254, 5.2), and ssh2 drops it when the channel is closed.
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

/** Resolves when everything written so far has been sent; never, if the client disconnects before. */
const flushed = (stream: Writable) =>
  new Promise<void>((resolve) => stream.write('', () => resolve()));

/** Ends a command and its descendants, as long as one of them has the pipes open. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
