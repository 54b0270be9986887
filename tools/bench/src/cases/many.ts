import { existsSync } from 'node:fs';
import { type BenchCase, type Comparison, NotRunError } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';

const of = (ours: 'async' | 'sync', timesPlain: number, threads: number): Comparison[] => [
  {
    what: `memory of each, ${ours}`,
    metric: 'memoryEach',
    ours,
    peer: 'plain',
    target: { of: 'ratio', atMost: timesPlain },
  },
  {
    what: `threads over an idle process, ${ours}`,
    metric: 'threadsMore',
    ours,
    peer: 'plain',
    target: { of: 'ours', below: threads + 1 },
  },
];

const requireProc = () => {
  if (!existsSync('/proc/self/task')) throw new NotRunError('there is no /proc to count threads');
};

export const many: BenchCase = {
  name: 'many',
  title: 'connections at a time, each having said something',
  contenders: {
    async: 'asynchronous transport',
    sync: 'blocking transport',
    plain: 'child_process.spawn, three pipes',
  },
  comparisons: [...of('async', 1, 0), ...of('sync', 3, 1)],
  mostRounds: 3,
  async open({ scale, signal }) {
    requireProc();
    const parameters = { count: scale.quick ? 200 : 1_000 };
    return {
      parameters,
      run: {
        async: () => runProbe('many-async', parameters, signal),
        sync: () => runProbe('many-sync', parameters, signal),
        plain: () => runProbe('many-plain', parameters, signal),
      },
    };
  },
};

export const sequential: BenchCase = {
  name: 'sequential',
  title: 'connections one after the other',
  contenders: { channel: 'asynchronous transport, flag on' },
  comparisons: [
    {
      what: 'descriptors left open',
      metric: 'descriptorsMore',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', below: 1 },
    },
    {
      what: 'memory for each, after warm-up',
      metric: 'memorySlope',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', below: 100 },
    },
  ],
  mostRounds: 1,
  async open({ scale, signal }) {
    requireProc();
    const parameters = { count: scale.quick ? 2_000 : 10_000 };
    return { parameters, run: { channel: () => runProbe('sequential', parameters, signal) } };
  },
};
