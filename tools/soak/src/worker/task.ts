import { parseArgs } from 'node:util';

export interface WorkerTask {
  readonly seed: number;
  /** Connections at a time. */
  readonly jobs: number;
  /** `Date.now()` of the end. */
  readonly until: number;
  /** Between two reports. Unit: milliseconds. */
  readonly every: number;
}

/** What the main process asked of this one. */
export function workerTask(): WorkerTask {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      until: { type: 'string', default: '0' },
      every: { type: 'string', default: '1000' },
    },
  });
  const number = (text: string) => Number(text);
  const { seed, jobs, until, every } = values;
  return { seed: number(seed), jobs: number(jobs), until: number(until), every: number(every) };
}
