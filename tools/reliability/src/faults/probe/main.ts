// main CONFIG: runs one section with a fault and writes `result.json` to the working directory.
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  fallbackChannel,
  type FallbackMessage,
  SshCommand,
  type TransportOptions,
} from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import type { ErrorSeen, Observation } from '../observation.ts';
import type { ProbeConfig } from '../probe-config.ts';
import { arrange, asSync, backendsOf } from './arrange.ts';
import { type Census, census, differences } from './census.ts';
import { runAsync } from './run-async.ts';
import { runSync } from './run-sync.ts';
import { errorSeen, type Seen } from './seen.ts';
import { DRAIN_THREAD_ID, threadIdBackend } from './thread-id.ts';

/** Sockets close over several turns of the event loop, and threads end late. */
const SETTLE_MS = 3_000;
const SETTLE_POLL_MS = 10;

/** The plain connection before and after the section; works whatever fd 2 it inherits. */
const PLAIN = {
  script: "trap '' PIPE XFSZ; cat; echo plain >&2; exit 5",
  connections: 1,
  program: null,
  padding: null,
  cwd: null,
  during: null,
  readsToEnd: true,
};
const PLAIN_STATUS = 5;
/** Fits into a socket, so that a blocking caller may write it before it reads. */
const PLAIN_WIRE_BYTES = 10;

const config = JSON.parse(process.argv[2] as string) as ProbeConfig;
const wire = readFileSync('wire').subarray(0, config.wireBytes);
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const stray: ErrorSeen[] = [];
const addStray = (error: unknown) => void stray.push(errorSeen(error) as ErrorSeen);
process.on('uncaughtException', addStray);
process.on('unhandledRejection', addStray);

const fallbacks: string[] = [];
fallbackChannel.subscribe((message) => {
  const { backend, fallback } = message as FallbackMessage;
  fallbacks.push(`${backend} > ${fallback}`);
});

const isSync = config.combination.transport === 'sync';
if (config.warmUp !== 'none') {
  const own = config.warmUp === 'pipe' ? [pipeBackend] : backendsOf(config);
  // Reports the number of the drain thread for strace.
  if (isSync) await plainConnection({ backends: [threadIdBackend], forward: false });
  await plainConnection({ backends: own, forward: false });
}
fallbacks.length = 0;
writeFileSync(
  'threads.json',
  JSON.stringify({ caller: process.pid, drain: Number(process.env[DRAIN_THREAD_ID] ?? 0) }),
);
// Before the census: the stream's resources belong to the probe.
if (config.arrange.kind === 'fd 2 does not block') void process.stderr;
await settled();
const before: Census = config.reference === null ? census() : new Map(config.reference);

if (config.fenced) fence('begin');
if (config.bug === 'hang') for (;;);
const arranged = arrange(config);
const all = await section(config, arranged.options, wire).finally(arranged.undo);
if (config.fenced) fence('end');

const reported = [...fallbacks];
const next = await plainConnection({ backends: backendsOf(config), forward: false }).then(
  () => null,
  (error: unknown) => String(error),
);
if (config.bug === 'leak') openSync('/dev/null', 'r');
const { leaks, after } = await leaksSince(before);

const observation: Observation = {
  connections: all.map((seen, index) => seen.toReport(index, reported, config.bug)),
  next,
  leaks,
  census: [...after],
  stray,
  arranged: arranged.tookPlace(),
};
// Renamed, so that it is complete if it exists.
writeFileSync('result.part', JSON.stringify(observation));
renameSync('result.part', 'result.json');

async function section(
  config: ProbeConfig,
  options: TransportOptions,
  wire: Uint8Array,
): Promise<Seen[]> {
  const commands = Array.from({ length: config.connections }, () => commandOf(config));
  if (isSync) return runSync(commands, wire, asSync(options), config);
  return Promise.all(commands.map((command) => runAsync(command, wire, options, config)));
}

/** Throws unless a plain connection works. */
async function plainConnection(options: TransportOptions): Promise<void> {
  const [seen] = await section(
    { ...config, ...PLAIN },
    options,
    wire.subarray(0, PLAIN_WIRE_BYTES),
  );
  const { error, status } = seen as Seen;
  if (error !== null) throw error;
  if (status?.code !== PLAIN_STATUS) throw new Error(`a plain child ended with ${status?.code}`);
}

/** Resources that are still there after some time. */
async function leaksSince(before: Census): Promise<{ leaks: string[]; after: Census }> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const after = census();
    const leaks = differences(before, after);
    if (leaks.length === 0 || performance.now() > deadline) return { leaks, after };
    await sleep(SETTLE_POLL_MS);
  }
}

/** Waits until the census stops changing. */
async function settled(): Promise<void> {
  let last = census();
  for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline;) {
    await sleep(SETTLE_POLL_MS);
    const now = census();
    if (differences(last, now).length === 0) return;
    last = now;
  }
}

/**
 * Reports that a point was reached and blocks until the runner allows to continue. Uses folders, because no case
 * makes mkdir(2), access(2) or futex(2) fail.
 */
function fence(point: 'begin' | 'end'): void {
  mkdirSync(point);
  while (!existsSync(`${point}.go`)) Atomics.wait(neverWoken, 0, 0, 2);
}

/** The shell that plays the remote side; it finds its files through the environment. */
function commandOf(config: ProbeConfig): SshCommand {
  const { count, bytes } = config.padding ?? { count: 0, bytes: 0 };
  const padding = Array.from({ length: count }, () => 'x'.repeat(bytes));
  return SshCommand.raw(config.program ?? '/bin/sh', ['-c', config.script, 'sh', ...padding], {
    label: 'probe',
    env: { PATH: process.env['PATH'], PAYLOAD: `${process.cwd()}/payload`, FOLDER: process.cwd() },
    ...(config.cwd !== null && { cwd: config.cwd }),
  });
}
