import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import {
  drainByTransport,
  type FloodParameters,
  letGo,
  LINE_BYTES,
  measureFlood,
  writerWords,
} from './flood.ts';

/** Counts lines and reads their text, like a real subscriber. */
class LineCounter {
  lines = 0;
  #characters = 0;

  count(text: string): void {
    this.lines += 1;
    this.#characters += text.length;
  }

  /** @throws Error if lines are incomplete, or missing without being counted as dropped */
  check({ bytes, pattern }: FloodParameters, dropped = 0): void {
    const length = pattern === 'hex:0a' ? 1 : LINE_BYTES;
    const expected = bytes / length;
    if (this.lines + dropped !== expected) {
      throw new Error(`${this.lines} lines arrived and ${dropped} were dropped of ${expected}`);
    }
    if (this.#characters !== this.lines * (length - 1)) {
      throw new Error('The text of the lines is not what was written');
    }
  }
}

/** Passes every line to a callback, which reads its text. */
export const callback = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const counter = new LineCounter();
    const warnings = (line: { text: string }) => counter.count(line.text);
    const { begin, droppedLines } = await drainByTransport(flood, { warnings });
    const expected = flood.bytes / (flood.pattern === 'hex:0a' ? 1 : LINE_BYTES);
    // Queued lines are delivered in the next turns of the event loop.
    while (counter.lines + droppedLines < expected) await setImmediate();
    const duration = performance.now() - begin;
    counter.check(flood, droppedLines);
    return { duration, droppedLines };
  });

/** Holds the lines of one read of 256 KiB, so that a fast consumer loses none. */
const CAPACITY = 4_096;

const byQueue = (parameters: FloodParameters, inBatches: boolean) =>
  measureFlood(parameters, async (flood) => {
    const { WarningQueue } = await import('@rsync-io/aux-channel');
    const counter = new LineCounter();
    const queue = new WarningQueue({ capacity: CAPACITY });
    const drained = drainByTransport(flood, { warnings: queue });
    if (inBatches) {
      for await (const lines of queue.batches()) for (const { text } of lines) counter.count(text);
    } else {
      for await (const { text } of queue) counter.count(text);
    }
    const { begin } = await drained;
    const duration = performance.now() - begin;
    counter.check(flood, queue.dropped);
    return { duration, droppedLines: queue.dropped };
  });

/** Passes every line through a queue, consumed with `for await`, and reads its text. */
export const queue = (parameters: FloodParameters) => byQueue(parameters, false);

/** The same with the queue's batches. */
export const batches = (parameters: FloodParameters) => byQueue(parameters, true);

/** execa's iteration over the lines of stderr, without buffering. */
export const execa = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const { execa } = await import('execa');
    const counter = new LineCounter();
    const [program, ...args] = writerWords(flood);
    const child = execa(program, args, { stdin: 'pipe', buffer: false });
    const lines = child.iterable({ from: 'stderr' });
    const begin = await letGo(child.stdin, child.stdout);
    for await (const line of lines) counter.count(line);
    await child;
    const duration = performance.now() - begin;
    counter.check(flood);
    return { duration };
  });

/** Node's readline, with its `line` events. */
export const readline = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const counter = new LineCounter();
    const [program, ...args] = writerWords(flood);
    const child = spawn(program, args, { stdio: 'pipe' });
    const reader = createInterface({ input: child.stderr, crlfDelay: Infinity });
    reader.on('line', (line) => counter.count(line));
    const closed = once(reader, 'close');
    const begin = await letGo(child.stdin, child.stdout);
    await closed;
    const duration = performance.now() - begin;
    counter.check(flood);
    return { duration };
  });

/** tinyexec's iteration over the lines of both outputs. The first one is the writer's sign on stdout. */
export const tinyexec = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const { x } = await import('tinyexec');
    const counter = new LineCounter();
    const [program, ...args] = writerWords(flood);
    const running = x(program, args, { nodeOptions: { stdio: 'pipe' } });
    const child = running.process;
    if (!child) throw new Error('tinyexec started nothing');
    const begin = await letGo(child.stdin, child.stdout);
    for await (const line of running) if (line !== 'ready') counter.count(line);
    const duration = performance.now() - begin;
    counter.check(flood);
    return { duration };
  });
