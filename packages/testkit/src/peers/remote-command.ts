import { spawn } from 'node:child_process';
import type { Connection, ServerChannel } from 'ssh2';

/**
 * Runs one command for a client: stdin, stdout and stderr with backpressure, its exit status or
 * signal at the end. The command does not outlive the connection.
 */
export function runRemoteCommand(
  channel: ServerChannel,
  command: string,
  connection: Connection,
  options: { env?: NodeJS.ProcessEnv; cwd?: string },
): void {
  const child = spawn(command, {
    shell: true,
    stdio: 'pipe',
    // A process group of its own, to be ended as a whole.
    detached: process.platform !== 'win32',
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  };
  connection.on('close', end);
  channel.on('close', end);
  channel.on('error', end);
  child.stdin.on('error', () => {});
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('error', () => channel.close());
  // `close`, not `exit`: all output has then been handed to the channel, which keeps the order.
  child.on('close', (code, signal) => {
    connection.off('close', end);
    if (signal === null) channel.exit(code ?? 1);
    else channel.exit(signal.replace(/^SIG/, ''));
    channel.end();
    channel.close();
  });
}
