import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood } from './flood-parameters.ts';

const MILLION_LINES = 80_000_000;

export const stalled: BenchCase = {
  name: 'stalled',
  title: 'a million lines, a subscriber that never reads',
  contenders: { stalled: 'queue of 1,024 lines, never read', none: 'nobody subscribed' },
  comparisons: [
    {
      what: 'throughput',
      metric: 'throughput',
      ours: 'stalled',
      peer: 'none',
      target: null,
    },
    {
      what: 'memory growth',
      metric: 'rssGrowth',
      ours: 'stalled',
      peer: 'none',
      target: { of: 'ours', below: 8 },
    },
  ],
  async open({ signal }) {
    const parameters = flood(MILLION_LINES);
    return {
      parameters: { bytes: parameters.bytes },
      run: {
        stalled: () => runProbe('stalled-queue', parameters, signal),
        none: () => runProbe('drain-channel', parameters, signal),
      },
    };
  },
};
