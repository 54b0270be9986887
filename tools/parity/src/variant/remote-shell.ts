import { writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { serialize } from 'node:v8';
import { SshCommand } from '@rsync-io/aux-channel';
import type { TransportReport } from '../matrix/environment.ts';

/*
 * remote-shell async|sync BACKEND REPORT PROGRAM ARGUMENT…: a remote shell that runs a program with one transport and pumps its wire.
 * `node -C ssh-socketpair-stderr` turns the flag on.
 */

const BACKENDS = {
  socketpair: async () => (await import('@rsync-io/socketpair')).socketpairBackend,
  pipe: async () => (await import('@rsync-io/pipe')).pipeBackend,
  'tcp-loopback': async () => (await import('@rsync-io/win-shim')).tcpLoopbackBackend,
  inherit: undefined,
};

const [kind, backendName, reportFile = '', program = '', ...args] = process.argv.slice(2);
const command = SshCommand.raw(program, args);

// Reported instead of printed, because a slow machine causes warnings that plain ssh cannot have.
const warnings: string[] = [];
process.removeAllListeners('warning').on('warning', (warning: Error & { code?: string }) => {
  warnings.push(warning.code ?? warning.message);
});

// rsync ends its remote shell with SIGUSR1, on which Node would start its debugger.
const noop = () => {};
for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, noop).off(signal, noop);

const backend = await BACKENDS[backendName as keyof typeof BACKENDS]?.();
const spawnOptions = { backends: backend ? [backend] : [], forward: { to: 2 } };
const { status, captured } = await (kind === 'sync' ? blocking() : onEventLoop());
const { code, signal } = status;
const report: TransportReport = { status: { code, signal }, captured, warnings };
writeFileSync(reportFile, serialize(report));
process.exitCode = code ?? 0;
if (signal !== null) {
  process.removeAllListeners(signal);
  process.exitCode = 1;
  process.kill(process.pid, signal);
}

async function onEventLoop() {
  const { AsyncSshTransport } = await import('@rsync-io/transport-async');
  await using transport = await AsyncSshTransport.spawn(command, spawnOptions);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => void transport.kill(signal));
  }
  const { stdin, stdout } = transport;
  if (stdin === null || stdout === null) throw new Error('the wire is not piped');
  // The child may end before either direction; its status then explains the failure.
  pipeline(process.stdin, stdin).catch(noop);
  await pipeline(stdout, process.stdout, { end: false }).catch(noop);
  const status = await transport.wait();
  process.stdin.destroy();
  return { status, captured: transport.stderrSnapshot() };
}

async function blocking() {
  const { SshConnection } = await import('@rsync-io/transport-sync');
  using connection = SshConnection.spawn(command, spawnOptions);
  try {
    connection.pump();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    connection.kill('SIGPIPE');
  }
  return { status: connection.wait(), captured: connection.stderrSnapshot() };
}
