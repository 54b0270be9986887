import { readdirSync } from 'node:fs';
import type { Sample } from '../metric.ts';

export interface ManyParameters {
  /** Number of concurrent connections. */
  readonly count: number;
}

/** The child of each connection: answers once on stdout and stderr, then waits. */
export const SCRIPT = 'read line; echo "$line"; echo tick >&2; read line';

/** Opens a connection and waits for the answers. The returned function ends it. */
export type OpenOne = () => Promise<() => Promise<void> | void>;

const threads = () => readdirSync('/proc/self/task').length;

/** Opens many connections, and measures the cost of each. Linux only. */
export async function measureMany({ count }: ManyParameters, open: OpenOne): Promise<Sample> {
  const idle = threads();
  const ends = [await open()];
  const before = process.memoryUsage.rss();
  for (let i = 0; i < count; i++) ends.push(await open());
  const grown = process.memoryUsage.rss() - before;
  const threadsMore = threads() - idle;
  for (const end of ends) await end();
  return { threadsMore, memoryEach: grown / 1000 / count };
}
