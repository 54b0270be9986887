import { writeFileSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  type ExitStatus,
  SshCommand,
  type StderrBackend,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import { type InjectedBug, losingTheTail, smallWindow } from './injected-bugs.ts';
import type { TransportReport } from './read-report.ts';
import type { Backend } from './variant.ts';

/*
 * remote-shell --transport async|sync --backend NAME --report FILE PROGRAM ARGUMENT…: a remote shell that runs
 * a program with one transport and pumps its wire. `node -C ssh-socketpair-stderr` turns the flag on.
 */

interface Ended {
  readonly status: ExitStatus;
  readonly stderr: StderrSnapshot;
}

const { values, positionals } = parseArgs({
  options: {
    transport: { type: 'string' },
    backend: { type: 'string' },
    report: { type: 'string' },
    bug: { type: 'string' },
  },
  allowPositionals: true,
});
const [program = '', ...args] = positionals;
const bug = values.bug as InjectedBug | undefined;

// Reported instead of printed, because a slow machine causes warnings that plain ssh cannot have.
const warnings: string[] = [];
process.removeAllListeners('warning').on('warning', (warning: Error & { code?: string }) => {
  warnings.push(warning.code ?? warning.message);
});
if (bug === 'process-warning') process.emitWarning('injected');

// rsync ends its remote shell with SIGUSR1, on which Node would start its debugger.
const noop = () => {};
for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, noop).off(signal, noop);

const { status, stderr } = await (values.transport === 'sync' ? blocking() : onEventLoop());
report(status, bug === 'small-window' ? smallWindow(stderr) : stderr);
exitLike(status);

async function onEventLoop(): Promise<Ended> {
  const { AsyncSshTransport } = await import('@rsync-io/transport-async');
  await using transport = await AsyncSshTransport.spawn(SshCommand.raw(program, args), {
    backends: await backends(),
    forward: { to: 2 },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => void transport.kill(signal));
  }
  const { stdin, stdout } = transport;
  if (stdin === null || stdout === null) throw new Error('the wire is not piped');
  // The child may end before either direction; its status then explains the failure.
  pipeline(process.stdin, stdin).catch(() => {});
  const outgoing = pipeline(stdout, process.stdout, { end: false }).catch(() => {});
  await outgoing;
  const status = await transport.wait();
  process.stdin.destroy();
  return { status, stderr: transport.stderrSnapshot() };
}

async function blocking(): Promise<Ended> {
  const { SshConnection } = await import('@rsync-io/transport-sync');
  using connection = SshConnection.spawn(SshCommand.raw(program, args), {
    backends: await backends(),
    forward: { to: 2 },
  });
  try {
    connection.pump();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    connection.kill('SIGPIPE');
  }
  const status = connection.wait();
  return { status, stderr: connection.stderrSnapshot() };
}

async function backends(): Promise<StderrBackend[]> {
  const name = values.backend as Backend;
  const backend = await load(name);
  if (backend === null) return [];
  return [bug === 'lost-tail-byte' ? losingTheTail(backend) : backend];
}

async function load(name: Backend): Promise<StderrBackend | null> {
  switch (name) {
    case 'socketpair':
      return (await import('@rsync-io/socketpair')).socketpairBackend;
    case 'pipe':
      return (await import('@rsync-io/pipe')).pipeBackend;
    case 'tcp-loopback':
      return (await import('@rsync-io/win-shim')).tcpLoopbackBackend;
    case 'inherit':
      return null;
    default:
      throw new TypeError(`There is no backend called ${name}.`);
  }
}

function report(status: ExitStatus, { bytes, ...counters }: StderrSnapshot): void {
  if (bug === 'doubled-surface' && !status.success) {
    writeSync(2, `ssh process exited with status ${status.code}: surfaced twice\n`);
  }
  const captured = { ...counters, bytes: Buffer.from(bytes).toString('base64') };
  const written: TransportReport = { status, captured, warnings };
  writeFileSync(values.report as string, JSON.stringify(written));
}

function exitLike({ code, signal }: ExitStatus): void {
  process.exitCode = (code ?? 0) + (bug === 'changed-exit' ? 1 : 0);
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.exitCode = 1;
    process.kill(process.pid, signal);
  }
}
