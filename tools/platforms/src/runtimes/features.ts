import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AsyncSshTransport, SshCommand, SshConnection } from '@rsync-io/ssh/ssh-socketpair-stderr';

/*
 * Run by Node, Bun and Deno: `features.ts NAME` tries one feature, and prints one line: which backend was used, or
 * the error. Anything else, a hang included, is a failure.
 */

const BYTES = 3_000_000;
const shell = (script: string) => SshCommand.raw('/bin/sh', ['-c', script]);
const quiet = { forward: false, surface: 'never' } as const;

/** Writes to stdout and stderr at the same time, then what it reads, and fails. */
const everything = shell(
  `head -c ${BYTES} /dev/zero >&2 & head -c ${BYTES} /dev/zero; wait; cat >&2; exit 7`,
);
const grandchild = shell('sleep 60 & echo $! >&2; exit 3');
const stubborn = shell(`trap '' TERM; echo ready; while :; do sleep 1; done`);

interface Capture {
  readonly backend: string;
  readonly totalBytes: number;
}

function expect(what: string, actual: unknown, wanted: unknown): void {
  if (actual !== wanted) throw new Error(`${what}: ${String(actual)} instead of ${String(wanted)}`);
}

function expectEverything(capture: Capture, stdout: number, code: number | null): string {
  expect('bytes of stderr', capture.totalBytes, BYTES + 4);
  expect('bytes of stdout', stdout, BYTES);
  expect('status', code, 7);
  return capture.backend;
}

function endGrandchild(stderr: Uint8Array): void {
  process.kill(Number(Buffer.from(stderr).toString()));
}

function readAll(connection: SshConnection): number {
  const buffer = new Uint8Array(65_536);
  let bytes = 0;
  for (let count; (count = connection.read(buffer)) > 0;) bytes += count;
  return bytes;
}

/** Starts this file again with another feature, and returns its process after its first line. */
async function startAgain(name: string) {
  const args = 'Deno' in globalThis ? ['run', '-A', '--no-lock'] : [];
  const child = spawn(process.execPath, [...args, fileURLToPath(import.meta.url), name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  const stdout: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  await once(child, 'close');
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      // A zombie that init has not reaped yet has ended, too.
      if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function endsWithProcess(kind: string): Promise<string> {
  const { stdout } = await startAgain(kind);
  const [backend = '', pid] = stdout.trim().split(' ');
  if (!(Number(pid) > 0)) throw new Error(`the second process printed '${stdout}'`);
  await waitUntilGone(Number(pid));
  return backend;
}

const features: Readonly<Record<string, () => Promise<string>>> = {
  async 'asynchronous: all bytes'() {
    const transport = await AsyncSshTransport.spawn(everything, quiet);
    transport.stdin?.end('last');
    let bytes = 0;
    for await (const chunk of transport.stdout ?? []) bytes += (chunk as Buffer).length;
    const { status } = await transport.waitWithStderr();
    return expectEverything(transport.stderrSnapshot(), bytes, status.code);
  },
  async 'asynchronous: a grandchild keeps stderr'() {
    const transport = await AsyncSshTransport.spawn(grandchild, quiet);
    const { status, stderr } = await transport.waitWithStderr();
    endGrandchild(stderr);
    expect('status', status.code, 3);
    return transport.stderrSnapshot().backend;
  },
  async 'asynchronous: forwarding'() {
    const { stdout, stderr } = await startAgain('forward');
    expect('forwarded text', stderr.replace(/^rsync-io: The socketpair .*\n/, ''), 'one\ntwo\n');
    return stdout.trim();
  },
  async 'asynchronous: abort'() {
    const controller = new AbortController();
    const sleep = shell('exec sleep 60');
    const transport = await AsyncSshTransport.spawn(sleep, { ...quiet, signal: controller.signal });
    controller.abort(new Error('enough'));
    const reason: unknown = await transport.wait().catch((error: unknown) => error);
    expect('reason', (reason as Error).message, 'enough');
    return transport.stderrSnapshot().backend;
  },
  async 'asynchronous: a child that ignores SIGTERM'() {
    const transport = await AsyncSshTransport.spawn(stubborn, quiet);
    await once(transport.stdout as NodeJS.ReadableStream, 'data');
    await transport[Symbol.asyncDispose]();
    expect('signal', transport.tryWait()?.signal, 'SIGKILL');
    return transport.stderrSnapshot().backend;
  },
  'asynchronous: children end with the process': () => endsWithProcess('exit-async'),
  async 'blocking: all bytes'() {
    const connection = SshConnection.spawn(everything, quiet);
    connection.writeAll(Buffer.from('last'));
    connection.closeStdin();
    const bytes = readAll(connection);
    const { status } = connection.waitWithStderr();
    return expectEverything(connection.stderrSnapshot(), bytes, status.code);
  },
  async 'blocking: a grandchild keeps stderr'() {
    const connection = SshConnection.spawn(grandchild, quiet);
    const { status, stderr } = connection.waitWithStderr();
    endGrandchild(stderr);
    expect('status', status.code, 3);
    return connection.stderrSnapshot().backend;
  },
  async 'blocking: a child that ignores SIGTERM'() {
    const connection = SshConnection.spawn(stubborn, quiet);
    connection.read(new Uint8Array(64));
    connection[Symbol.dispose]();
    expect('signal', connection.tryWait()?.signal, 'SIGKILL');
    return connection.stderrSnapshot().backend;
  },
  'blocking: children end with the process': () => endsWithProcess('exit-sync'),
};

/** What the second process does. */
const parts: Readonly<Record<string, () => Promise<string>>> = {
  async forward() {
    const transport = await AsyncSshTransport.spawn(shell('echo one >&2; echo two >&2'));
    await transport.wait();
    return transport.stderrSnapshot().backend;
  },
  async 'exit-async'() {
    const transport = await AsyncSshTransport.spawn(shell('exec sleep 60'), quiet);
    setImmediate(() => process.exit());
    return `${transport.stderrSnapshot().backend} ${transport.pid}`;
  },
  async 'exit-sync'() {
    const connection = SshConnection.spawn(shell('exec sleep 60'), quiet);
    setImmediate(() => process.exit());
    return `${connection.stderrSnapshot().backend} ${connection.pid}`;
  },
};

const [name = ''] = process.argv.slice(2);
if (name === '') console.log(Object.keys(features).join('\n'));
else {
  try {
    console.log(await (features[name] ?? parts[name] ?? expect)('feature', name, ''));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    console.log(code === undefined ? `failed: ${message}` : `refused: ${message} (${code})`);
  }
}
