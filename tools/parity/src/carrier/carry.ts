import { writeFileSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import {
  type ExitStatus,
  SshCommand,
  type StderrBackend,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import type { Backend } from './carrier.js';
import type { CarryReport } from './carry-report.js';
import { losingTheTail, type Plant, smallWindow } from './plant.js';

/*
 * carry --transport async|sync --backend NAME --report FILE PROGRAM ARGUMENT…: a remote shell that runs
 * a program through one transport, with the wire of a user of the library: pumped, not inherited.
 * The state of the flag is that of `node -C ssh-socketpair-stderr`.
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
    plant: { type: 'string' },
  },
  allowPositionals: true,
});
const [program = '', ...args] = positionals;
const plant = values.plant as Plant | undefined;

// rsync ends its remote shell by SIGUSR1, at which Node would start its debugger.
for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, ended).off(signal, ended);
function ended() {}

const { status, stderr } = await (values.transport === 'sync' ? blocking() : onEventLoop());
report(status, plant === 'small-window' ? smallWindow(stderr) : stderr);
endLike(status);

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
  // The child may end before either direction does; then its status says what went wrong.
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
  return [plant === 'lost-tail-byte' ? losingTheTail(backend) : backend];
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
  }
}

function report(status: ExitStatus, { bytes, ...counters }: StderrSnapshot): void {
  if (plant === 'doubled-surface' && !status.success) {
    writeSync(2, `ssh process exited with status ${status.code}: told twice\n`);
  }
  const captured = { ...counters, bytes: Buffer.from(bytes).toString('base64') };
  const said: CarryReport = { status, captured };
  writeFileSync(values.report as string, JSON.stringify(said));
}

function endLike({ code, signal }: ExitStatus): void {
  process.exitCode = (code ?? 0) + (plant === 'changed-exit' ? 1 : 0);
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.exitCode = 1;
    process.kill(process.pid, signal);
  }
}
