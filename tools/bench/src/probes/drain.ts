import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  drainByTransport,
  type FloodParameters,
  letGo,
  LINE_BYTES,
  measureFlood,
  writerWords,
} from './flood.ts';

/** The channel captures the tail and counts bytes, without a line subscriber. */
export const channel = (parameters: FloodParameters) =>
  measureFlood(parameters, (flood) => drainByTransport(flood, {}));

/** Node's own `data` events; each chunk is discarded. */
export const node = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const [program, ...args] = writerWords(flood);
    const child = spawn(program, args, { stdio: 'pipe' });
    const closed = once(child, 'close');
    child.stderr.on('data', () => {});
    const begin = await letGo(child.stdin, child.stdout);
    await closed;
    return { duration: performance.now() - begin };
  });

/** A subscriber that never reads. Its lines are counted as dropped, and the child does not wait. */
export const stalled = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    const { WarningQueue } = await import('@rsync-io/aux-channel');
    const queue = new WarningQueue();
    const { duration, droppedLines } = await drainByTransport(flood, { warnings: queue });
    if (droppedLines + queue.length !== flood.bytes / LINE_BYTES) {
      throw new Error(`${queue.length} lines wait and ${droppedLines} were dropped`);
    }
    return { duration };
  });

/** One unterminated line, delivered in pieces to a callback that reads their text. */
export const blob = (parameters: FloodParameters) =>
  measureFlood(parameters, async (flood) => {
    let characters = 0;
    const warnings = ({ text }: { text: string }) => void (characters += text.length);
    const { duration } = await drainByTransport(flood, { warnings });
    if (characters > flood.bytes) throw new Error('more was delivered than written');
    return { duration };
  });
