import { setImmediate } from 'node:timers/promises';
import type { WarningQueue } from '@rsync-io/aux-channel';
import type { AsyncTransportOptions } from '@rsync-io/transport-async';
import {
  floodBytes,
  floodLines,
  type Flood,
  letGo,
  type LineCounter,
  type Reader,
  writerWords,
} from './flood.ts';
import { asyncTransport } from './ours.ts';
import { openSink } from './sink.ts';

/** Holds the lines of one read of 256 KiB, so that a fast consumer loses none. */
const CAPACITY = 4_096;

/** The asynchronous transport, with the flag on. */
export const ourReaders = {
  /** The channel captures the tail and counts bytes, without a line subscriber. */
  channel: (flood: Flood) => byTransport(flood, {}),

  /** A subscriber that never reads. Its lines are counted as dropped, and the child does not wait. */
  async stalled(flood: Flood) {
    const { WarningQueue } = await import('@rsync-io/aux-channel');
    const warnings = new WarningQueue();
    const { begin, dropped } = await byTransport(flood, { warnings });
    if (dropped + warnings.length === floodLines(flood)) return { begin };
    throw new Error(`${warnings.length} lines wait and ${dropped} were dropped`);
  },

  /** Passes every line to a callback, which reads its text. */
  async callback(flood: Flood, counter: LineCounter) {
    const warnings = ({ text }: { text: string }) => counter.count(text);
    const outcome = await byTransport(flood, { warnings });
    // Queued lines are delivered in the next turns of the event loop.
    while (counter.lines + outcome.dropped < floodLines(flood)) await setImmediate();
    return outcome;
  },

  /** Passes every line through a queue, consumed with `for await`. */
  queue: (flood: Flood, counter: LineCounter) =>
    byQueue(flood, async (queue) => {
      for await (const { text } of queue) counter.count(text);
    }),

  /** The same with the queue's batches. */
  batches: (flood: Flood, counter: LineCounter) =>
    byQueue(flood, async (queue) => {
      for await (const lines of queue.batches()) for (const { text } of lines) counter.count(text);
    }),

  /** Forwards the bytes and captures the tail. */
  forward(flood: Flood) {
    const sink = openSink(flood);
    return byTransport(flood, { forward: { to: sink.target, ...flood.options } }, sink.close);
  },
} satisfies Record<string, Reader>;

/** Runs the writer in the asynchronous transport, and checks that every byte arrived. */
async function byTransport(
  flood: Flood,
  options: Partial<AsyncTransportOptions<'pipe'>>,
  afterwards?: () => unknown,
) {
  const open = await asyncTransport();
  const transport = await open(writerWords(flood), options);
  const begin = await letGo(transport);
  await transport.wait();
  await afterwards?.();
  const { totalBytes, droppedWarnings } = transport.stderrSnapshot();
  if (totalBytes === floodBytes(flood)) return { begin, dropped: droppedWarnings };
  throw new Error(`${totalBytes} bytes arrived of ${floodBytes(flood)}`);
}

async function byQueue(flood: Flood, consume: (queue: WarningQueue) => Promise<void>) {
  const { WarningQueue } = await import('@rsync-io/aux-channel');
  const queue = new WarningQueue({ capacity: CAPACITY });
  const drained = byTransport(flood, { warnings: queue });
  await consume(queue);
  const { begin } = await drained;
  return { begin, dropped: queue.dropped };
}
