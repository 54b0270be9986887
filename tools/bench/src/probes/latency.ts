import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Programs } from '../programs.ts';
import { asyncTransport } from './common/ours.ts';
import { probe } from './common/probe.ts';

interface Parameters {
  readonly programs: Programs;
  readonly by: 'transport' | 'node';
  /** Forwards to fd 2, where another process measures, instead of to a subscriber. */
  readonly forwards?: boolean;
  /** Number of lines. */
  readonly ticks: number;
  /** Whether another connection is flooded at the same time. */
  readonly flood?: boolean;
}

/** The first lines compile the code. */
const WARM_UP_LINES = 50;
/** From the write of each line until a subscriber has it. Unit: microseconds. */
const delays: number[] = [];

function arrived(text: string): void {
  delays.push((Number(process.hrtime.bigint()) - Number(text)) / 1_000);
}

/** The command line of a writer of a line with the monotonic time each millisecond. Unit: nanoseconds. */
const ticker = ({ programs, ticks }: Parameters) =>
  [programs['c'] as string, 'tick', String(ticks), '1000'] as const;

async function byTransport(parameters: Parameters) {
  const { forwards, flood, programs } = parameters;
  const open = await asyncTransport();
  const flooding = [process.execPath, programs['writer'] as string, '1e12'] as const;
  const other = flood ? await open(flooding) : null;
  const warnings = ({ text }: { text: string }) => arrived(text);
  await (await open(ticker(parameters), forwards ? { forward: {} } : { warnings })).wait();
  other?.kill('SIGKILL');
  await other?.wait();
}

/** Reads, or copies to fd 2, in Node's `data` event. */
async function byNode(parameters: Parameters) {
  const [program, ...args] = ticker(parameters);
  const child = spawn(program, args, { stdio: 'pipe' });
  child.stderr.on('data', (chunk: Buffer) => {
    if (parameters.forwards) writeSync(2, chunk);
    else for (const line of chunk.toString().trimEnd().split('\n')) arrived(line);
  });
  await once(child, 'close');
}

await probe(async (parameters: Parameters) => {
  await (parameters.by === 'node' ? byNode : byTransport)(parameters);
  if (parameters.forwards) return {};
  const sorted = delays.slice(WARM_UP_LINES).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] as number;
  return { p50: at(0.5), p99: at(0.99) };
});
