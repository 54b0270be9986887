import { parseArgs } from 'node:util';
import { type InjectedBug, INJECTED_BUGS } from './injected-bugs.ts';

/** Connections before the measurement: native code is loaded, threads are started, functions compiled. */
export const WARM_UP = 40;

export interface WorkerTask {
  readonly seed: number;
  /** Concurrent connections. */
  readonly jobs: number;
  /** `Date.now()` of the end. */
  readonly until: number;
  /** Interval of the reports. Unit: milliseconds. */
  readonly every: number;
  readonly bugs: readonly InjectedBug[];
  /** Whether the main process asked to stop or is gone. Changes between turns of the event loop. */
  readonly isStopped: () => boolean;
}

/** Reads the task from the command line. */
export function workerTask(): WorkerTask {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      until: { type: 'string', default: '0' },
      every: { type: 'string', default: '1000' },
      bug: { type: 'string', multiple: true, default: [] },
    },
  });
  let isStopped = false;
  const stop = () => (isStopped = true);
  process.once('SIGTERM', stop);
  process.stdin.once('end', stop).resume();
  return {
    seed: Number(values.seed),
    jobs: Number(values.jobs),
    until: Number(values.until),
    every: Number(values.every),
    bugs: INJECTED_BUGS.filter((bug) => values.bug.includes(bug)),
    isStopped: () => isStopped,
  };
}
