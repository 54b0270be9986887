import { parseArgs } from 'node:util';
import { type Plant, PLANTS } from './plant.js';

export interface WorkerTask {
  readonly seed: number;
  /** Connections at a time. */
  readonly jobs: number;
  /** `Date.now()` of the end. */
  readonly until: number;
  /** Between two reports. Unit: milliseconds. */
  readonly every: number;
  readonly plants: readonly Plant[];
  /** Whether the main process wants no more, or is gone. Changes in a turn of the event loop. */
  readonly isStopped: () => boolean;
}

/** What the main process asked of this one. */
export function workerTask(): WorkerTask {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      until: { type: 'string', default: '0' },
      every: { type: 'string', default: '1000' },
      plant: { type: 'string', multiple: true, default: [] },
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
    plants: PLANTS.filter((plant) => values.plant.includes(plant)),
    isStopped: () => isStopped,
  };
}
