import type { BenchCase } from '../src/bench-case.ts';
import type { CaseResult } from '../src/measure/run-case.ts';

export const benchCase: BenchCase = {
  name: 'drain',
  title: 'drain lines',
  contenders: { channel: 'the <channel>', node: 'Node' },
  comparisons: [
    {
      what: 'throughput',
      metric: 'throughput',
      ours: 'channel',
      peer: 'node',
      target: { of: 'ratio', atLeast: 1.5 },
    },
    {
      what: 'memory',
      metric: 'rssGrowth',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', below: 8 },
    },
  ],
  rounds: { quick: 3, full: 5 },
  open: async () => ({ run: {}, parameters: {} }),
};

/** Three rounds with a ratio of 2, and more memory than the target allows. */
export const result: CaseResult = {
  benchCase,
  parameters: { bytes: 1_000 },
  samples: {
    channel: [2_000, 4_100, 4_000].map((throughput) => ({ throughput, rssGrowth: 9.25 })),
    node: [2_000, 1_900, 2_100].map((throughput) => ({ throughput, rssGrowth: 20 })),
  },
  seconds: 1,
  notRun: null,
  failed: false,
};

export const notRun: CaseResult = {
  ...result,
  samples: { channel: [], node: [] },
  notRun: 'sshd not installed\nand more',
};
