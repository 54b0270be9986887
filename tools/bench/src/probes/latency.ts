import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Sample } from '../metric.ts';
import { asyncTransport } from './ours.ts';

interface Parameters {
  /** Command line of a writer of lines with the monotonic time. Unit: nanoseconds. */
  readonly ticker: readonly [string, ...string[]];
  /** Command line of a writer that floods another connection at the same time. */
  readonly flood?: readonly [string, ...string[]];
}

/** Collects the time from the write of each line until now. Unit: microseconds. */
class Delays {
  readonly #delays: number[] = [];

  add(text: string): void {
    this.#delays.push((Number(process.hrtime.bigint()) - Number(text)) / 1_000);
  }

  percentiles(): Sample {
    // The first lines compile the code.
    const sorted = this.#delays.slice(50).toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] as number;
    return { p50: at(0.5), p99: at(0.99) };
  }
}

async function besideFlood({ flood }: Parameters, run: () => Promise<unknown>): Promise<void> {
  const open = await asyncTransport();
  const other = flood === undefined ? null : await open(flood);
  await run();
  other?.kill('SIGKILL');
  await other?.wait();
}

/** To a subscriber of lines. */
export async function subscriber(parameters: Parameters): Promise<Sample> {
  const delays = new Delays();
  const open = await asyncTransport();
  await besideFlood(parameters, async () => {
    const child = await open(parameters.ticker, { warnings: ({ text }) => delays.add(text) });
    await child.wait();
  });
  return delays.percentiles();
}

/** To Node's `data` event. */
export async function node({ ticker: [program, ...args] }: Parameters): Promise<Sample> {
  const delays = new Delays();
  const child = spawn(program, args, { stdio: 'pipe' });
  child.stderr.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trimEnd().split('\n')) delays.add(line);
  });
  await once(child, 'close');
  return delays.percentiles();
}

/** Forwards to fd 2, where another process measures. */
export async function forward(parameters: Parameters): Promise<Sample> {
  const open = await asyncTransport();
  await besideFlood(parameters, async () =>
    (await open(parameters.ticker, { forward: {} })).wait(),
  );
  return {};
}

/** Copies to fd 2 in the `data` event. */
export async function nodeForward({ ticker: [program, ...args] }: Parameters): Promise<Sample> {
  const child = spawn(program, args, { stdio: 'pipe' });
  child.stderr.on('data', (chunk: Buffer) => writeSync(2, chunk));
  await once(child, 'close');
  return {};
}
