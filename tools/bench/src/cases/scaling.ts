import { existsSync } from 'node:fs';
import { type BenchCase, NotRunError } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import type { ProbeName } from '../probes/index.ts';

/** Whose line in the picture it is, by the probe that measures it. */
export const WHO = {
  'many-plain': 'child_process.spawn, three pipes',
  'many-async': 'asynchronous transport',
  'many-sync': 'blocking transport',
} as const satisfies Partial<Record<ProbeName, string>>;

/** Connections at a time. */
export const COUNTS = [50, 200, 500, 1_000] as const;

const points = Object.entries(WHO).flatMap(([probe, label]) =>
  COUNTS.map((count) => ({ probe: probe as keyof typeof WHO, label, count })),
);

/** The name of one point: a contender of the case. */
export const pointId = (probe: string, count: number) => `${probe}@${count}`;

/** For the picture: how memory and threads grow. The targets are with `many`. */
export const scaling: BenchCase = {
  name: 'scaling',
  title: 'memory and threads by the number of connections',
  contenders: Object.fromEntries(
    points.map(({ probe, label, count }) => [pointId(probe, count), `${label}, ${count}`]),
  ),
  comparisons: [
    {
      what: `threads of ${COUNTS.at(-1)} blocking connections`,
      metric: 'threadsMore',
      ours: pointId('many-sync', 1_000),
      peer: null,
      target: { of: 'ours', below: 2 },
    },
  ],
  mostRounds: 1,
  async open({ scale, signal }) {
    if (!existsSync('/proc/self/task')) throw new NotRunError('there is no /proc to count threads');
    const size = (count: number) => (scale.quick ? Math.max(10, count / 5) : count);
    return {
      parameters: { counts: COUNTS.map(size).join(' ') },
      run: Object.fromEntries(
        points.map(({ probe, count }) => [
          pointId(probe, count),
          () => runProbe(probe, { count: size(count) }, signal),
        ]),
      ),
    };
  },
};
