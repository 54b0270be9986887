import type { BenchCase } from '../src/bench-case.ts';
import type { CaseResult } from '../src/measure/run-case.ts';

export const benchCase: BenchCase = {
  name: 'drain',
  title: 'drain lines',
  rounds: [3, 5],
  seconds: 1,
  contenders: { channel: ['the <channel>'], node: ['Node'] },
  comparisons: [
    {
      what: 'throughput',
      metric: 'throughput',
      unit: 'MB/s',
      ours: 'channel',
      peer: 'node',
      target: { of: 'ratio', sign: '≥', value: 1.5, text: '≥ 1.5 ×' },
      reason: 'The channel\nwaits.\n',
    },
    {
      what: 'memory',
      metric: 'rssGrowth',
      unit: 'MiB',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', sign: '<', value: 8, text: '< 8 MiB' },
      reason: null,
    },
  ],
};

/** Three rounds with a ratio of 2, and more memory than the target allows. */
export const result: CaseResult = {
  benchCase,
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
  notRun: 'needs sshd\nand more',
};
