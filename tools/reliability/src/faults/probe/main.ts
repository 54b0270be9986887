// main CONFIG: runs one section with a fault and writes `result.json` to the working directory.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fallbackChannel, SshCommand, type TransportOptions } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { arrange, backendsOf } from './arrange.ts';
import { backend, DRAIN_THREAD } from './backend.ts';
import { census, settled } from './census.ts';
import { type Observation, type ProbeConfig, USUAL } from './config.ts';
import { connect } from './connect.ts';
import { nameOf, outcomeOf, type Seen } from './outcome.ts';

/** The plain connection before and after the section; works whatever fd 2 it inherits. */
const PLAIN_SCRIPT = "trap '' PIPE XFSZ; cat; echo plain >&2; exit 5";
const PLAIN_STATUS = 5;
/** Fits into a socket, so that a blocking caller may write it before it reads. */
const PLAIN_WIRE_BYTES = 10;

const config = JSON.parse(process.argv[2] as string) as ProbeConfig;
const wire = readFileSync('wire');
const payload = readFileSync('payload');
const neverWoken = new Int32Array(new SharedArrayBuffer(4));
const stray: string[] = [];
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => stray.push(`${nameOf(error)}: ${String(error)}`));
}
let fallbacks = 0;
fallbackChannel.subscribe(() => (fallbacks += 1));

const { transport } = config.combination;
if (config.warmUp !== 'none') {
  // Finds the drain thread, for strace.
  if (transport === 'sync') await plainConnection([backend(null)]);
  await plainConnection(config.warmUp === 'pipe' ? [pipeBackend] : backendsOf(config));
}
fallbacks = 0;
const threads = { caller: process.pid, drain: Number(process.env[DRAIN_THREAD] ?? 0) };
writeFileSync('threads.json', JSON.stringify(threads));
// Before the census: the stream's resources belong to the probe.
if (config.arrange === 'fd 2 does not block') void process.stderr;
await settled(census);
const before = config.reference === null ? census() : new Map(config.reference);

if (config.fenced) fence('begin');
const arranged = arrange(config);
const all = await run(config, arranged.options, wire).finally(arranged.undo);
if (config.fenced) fence('end');

const outcomes = all.map((seen) => outcomeOf(seen, config.combination, payload, fallbacks));
const next = await plainConnection(backendsOf(config)).then(() => null, String);
const { leaks, after } = await settled(() => before);
const observation: Observation = {
  ...{ outcomes, next, leaks, stray },
  census: [...after],
  arranged: arranged.tookPlace(),
};
// Renamed, so that it is complete if it exists.
writeFileSync('result.part', JSON.stringify(observation));
renameSync('result.part', 'result.json');

function run(config: ProbeConfig, options: TransportOptions, wire: Buffer): Promise<Seen[]> {
  const commands = Array.from({ length: config.connections }, () => commandOf(config));
  return connect(transport, commands, wire, options, config);
}

/** Throws unless a plain connection works. */
async function plainConnection(backends: NonNullable<TransportOptions['backends']>): Promise<void> {
  const plain = { ...USUAL, combination: config.combination, script: PLAIN_SCRIPT };
  const options = { backends, forward: false } as const;
  const [seen] = await run(plain, options, wire.subarray(0, PLAIN_WIRE_BYTES));
  const { error, status } = seen as Seen;
  if (error !== null) throw error;
  if (status?.code !== PLAIN_STATUS) throw new Error(`a plain child ended with ${status?.code}`);
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
function commandOf({ program, script, padding: [count, bytes], cwd }: ProbeConfig): SshCommand {
  const padding = Array.from({ length: count }, () => 'x'.repeat(bytes));
  return SshCommand.raw(program, ['-c', script, 'sh', ...padding], {
    label: 'probe',
    env: { PATH: process.env['PATH'], PAYLOAD: `${process.cwd()}/payload`, FOLDER: process.cwd() },
    ...(cwd !== null && { cwd }),
  });
}
