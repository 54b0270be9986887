import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { type Flood, letGo, type LineCounter, type Reader, writerWords } from './flood.ts';
import { openSink } from './sink.ts';

/** The programs to compare with. */
export const peerReaders = {
  /** The child writes to the sink itself, and nothing is captured. */
  async inherit(flood: Flood) {
    const sink = openSink(flood);
    const outcome = await byNode(flood, sink.target, (child) => once(child, 'exit'));
    await sink.close();
    return outcome;
  },

  /** Node's own `data` events; each chunk is discarded. */
  node: (flood: Flood) =>
    byNode(flood, 'pipe', (child) => {
      child.stderr?.on('data', () => {});
      return once(child, 'close');
    }),

  /** Node's readline, with its `line` events. */
  readline: (flood: Flood, counter: LineCounter) =>
    byNode(flood, 'pipe', (child) => {
      const lines = createInterface({ input: child.stderr as Readable, crlfDelay: Infinity });
      lines.on('line', (line) => counter.count(line));
      return once(lines, 'close');
    }),

  /** execa's iteration over the lines of stderr, without buffering. */
  async execa(flood: Flood, counter: LineCounter) {
    const { execa } = await import('execa');
    const [program, ...args] = writerWords(flood);
    const child = execa(program, args, { stdin: 'pipe', buffer: false });
    const lines = child.iterable({ from: 'stderr' });
    const begin = await letGo(child);
    for await (const line of lines) counter.count(line);
    await child;
    return { begin };
  },

  /** tinyexec's iteration over the lines of both outputs. The first one is the writer's sign on stdout. */
  async tinyexec(flood: Flood, counter: LineCounter) {
    const { x } = await import('tinyexec');
    const [program, ...args] = writerWords(flood);
    const running = x(program, args, { nodeOptions: { stdio: 'pipe' } });
    const begin = await letGo(running.process as ChildProcess);
    for await (const line of running) if (line !== 'ready') counter.count(line);
    return { begin };
  },
} satisfies Record<string, Reader>;

async function byNode(
  flood: Flood,
  stderr: 'pipe' | number | Writable,
  read: (child: ChildProcess) => Promise<unknown>,
) {
  const [program, ...args] = writerWords(flood);
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', stderr] });
  const ended = read(child);
  const begin = await letGo(child);
  await ended;
  return { begin };
}
