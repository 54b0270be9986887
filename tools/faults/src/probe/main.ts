// probe ORDER: runs one section with a fault in it, and leaves `result.json` in the working directory.
import { openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  fallbackChannel,
  type FallbackMessage,
  type TransportOptions,
} from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import type { ErrorSeen, Observation } from '../matrix/observation.js';
import type { ProbeOrder } from '../matrix/probe-order.js';
import { arrange, asSync, backendsOf } from './arrange.js';
import { type Census, census, differences } from './census.js';
import { commandOf, PLAIN, PLAIN_STATUS, PLAIN_WIRE_BYTES } from './command.js';
import { meet } from './rendezvous.js';
import { runAsync } from './run-async.js';
import { runSync } from './run-sync.js';
import { errorSeen, type Seen } from './seen.js';
import threadIdBackend, { DRAIN_THREAD_ID } from './thread-id-backend.js';

/** Sockets close over some turns of the loop, and a thread takes a while to be gone. */
const SETTLE_MS = 3_000;
const SETTLE_LOOK_MS = 10;

const order = JSON.parse(process.argv[2] as string) as ProbeOrder;
const wire = readFileSync('wire').subarray(0, order.wireBytes);
const stray: ErrorSeen[] = [];
const tellStray = (error: unknown) => void stray.push(errorSeen(error) as ErrorSeen);
process.on('uncaughtException', tellStray);
process.on('unhandledRejection', tellStray);

const fallbacks: string[] = [];
fallbackChannel.subscribe((message) => {
  const { backend, fallback } = message as FallbackMessage;
  fallbacks.push(`${backend} > ${fallback}`);
});

const isSync = order.combination.transport === 'sync';
if (order.warmUp !== 'none') {
  const own = order.warmUp === 'pipe' ? [pipeBackend] : backendsOf(order);
  // In the thread that a tracer shall follow, too.
  if (isSync) await plainConnection({ backends: [threadIdBackend], forward: false });
  await plainConnection({ backends: own, forward: false });
}
fallbacks.length = 0;
writeFileSync(
  'threads.json',
  JSON.stringify({ caller: process.pid, drain: Number(process.env[DRAIN_THREAD_ID] ?? 0) }),
);
// What the stream takes is the probe's own.
if (order.arrange.kind === 'fd 2 does not block') void process.stderr;
await settled();
const before: Census = order.reference === null ? census() : new Map(order.reference);

if (order.fenced) meet('begin');
if (order.plant === 'hang') for (;;);
const arranged = arrange(order);
const all = await section(order, arranged.options, wire).finally(arranged.undo);
if (order.fenced) meet('end');

const told = [...fallbacks];
const next = await plainConnection({ backends: backendsOf(order), forward: false }).then(
  () => null,
  (error: unknown) => String(error),
);
if (order.plant === 'leak') openSync('/dev/null', 'r');
const { leaks, after } = await leftOver(before);

const observation: Observation = {
  connections: all.map((seen, index) => seen.told(index, told, order.plant)),
  next,
  leaks,
  census: [...after],
  stray,
  arranged: arranged.tookPlace(),
};
// Whole or not at all.
writeFileSync('result.part', JSON.stringify(observation));
renameSync('result.part', 'result.json');

async function section(
  order: ProbeOrder,
  options: TransportOptions,
  wire: Uint8Array,
): Promise<Seen[]> {
  const commands = Array.from({ length: order.connections }, () => commandOf(order));
  if (isSync) return runSync(commands, wire, asSync(options), order);
  return Promise.all(commands.map((command) => runAsync(command, wire, options, order)));
}

/** Proves that the transport works, now. */
async function plainConnection(options: TransportOptions): Promise<void> {
  const [seen] = await section(
    { ...order, ...PLAIN, program: null, padding: null, cwd: null, during: null, readsToEnd: true },
    options,
    wire.subarray(0, PLAIN_WIRE_BYTES),
  );
  const { error, status } = seen as Seen;
  if (error !== null) throw error;
  if (status?.code !== PLAIN_STATUS) throw new Error(`a plain child ended with ${status?.code}`);
}

/** What is here that was not before, when it does not go away by itself. */
async function leftOver(before: Census): Promise<{ leaks: string[]; after: Census }> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const after = census();
    const leaks = differences(before, after);
    if (leaks.length === 0 || performance.now() > deadline) return { leaks, after };
    await sleep(SETTLE_LOOK_MS);
  }
}

/** Waits until two looks are the same. */
async function settled(): Promise<void> {
  let last = census();
  for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline;) {
    await sleep(SETTLE_LOOK_MS);
    const now = census();
    if (differences(last, now).length === 0) return;
    last = now;
  }
}
