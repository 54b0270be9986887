import { readdirSync } from 'node:fs';
import type { Sample } from '../metric.ts';

export interface ManyParameters {
  /** Connections at a time. */
  readonly count: number;
}

/** What the child of each does: answers once on both its outputs, then waits. */
export const SCRIPT = 'read line; echo "$line"; echo tick >&2; read line';

/** Opens one connection that has answered on both its outputs; the function returned ends it. */
export type OpenOne = () => Promise<() => Promise<void> | void>;

const threads = () => readdirSync('/proc/self/task').length;

/** Opens many, and tells what each takes. Linux only. */
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
