import { parseArgs } from 'node:util';
import { Arrivals } from '../../common/arrivals.ts';
import { childCommand, writtenTo } from '../../common/child.ts';
import { createMaterial } from '../../common/material.ts';
import { type Plan, plans, stepsOf, watchdogs } from '../workload.ts';
import { startMetronome } from './metronome.ts';
import { ForeignFiles } from './targets.ts';

/** A foreign file is observed for this long after the grandchild has written. Unit: milliseconds. */
const OBSERVED_MS = 300;

/** Reads the task of a worker from its command line, and prepares what both workers need. */
export function startWorker() {
  const { values, positionals: bugs } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      until: { type: 'string', default: '0' },
      every: { type: 'string', default: '1000' },
    },
  });
  let isStopped = false;
  const stop = () => (isStopped = true);
  process.once('SIGTERM', stop);
  // The end of stdin means that the main process is gone.
  process.stdin.once('end', stop).resume();
  const material = createMaterial();
  process.once('exit', material.dispose);
  startMetronome();
  const foreign = new ForeignFiles();
  return {
    jobs: Number(values.jobs),
    every: Number(values.every),
    bugs,
    foreign,
    plans: plans(Number(values.seed)),
    /** Whether the time is up. Changes between turns of the event loop. */
    isOver: () => isStopped || Date.now() >= Number(values.until),
    /** The child of a plan, and what it writes and reads. */
    child(plan: Plan) {
      const steps = stepsOf(plan);
      const payload = material.bytes.subarray(plan.id % 50, (plan.id % 50) + plan.wireBytes);
      return {
        command: childCommand(steps, material, undefined, watchdogs(plan)),
        written: writtenTo(2, steps, material),
        payload,
        wire: new Arrivals(payload),
      };
    },
    /** Content of a forward target, whose number then belongs to another file. */
    takeTarget(file: number, plan: Plan, written: Buffer): Buffer {
      const content = foreign.replace(file, plan.grandchildMs + OBSERVED_MS);
      // The forwarder ends an unfinished line of the previous owner of the number.
      return content[0] === 0x0a && written[0] !== 0x0a ? content.subarray(1) : content;
    },
  };
}

/** The result of `wait()` in one word. */
export const endedAs = (status: { code: number | null; signal: string | null }): string =>
  status.signal ?? String(status.code);
