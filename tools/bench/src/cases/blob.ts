import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood, MIB } from './flood-parameters.ts';

export const blob: BenchCase = {
  name: 'blob',
  title: 'one line without an end, to a callback (execa, tinyexec and readline throw)',
  contenders: { channel: 'socketpair channel' },
  comparisons: [
    {
      what: 'memory growth',
      metric: 'rssGrowth',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', below: 8 },
    },
    { what: 'throughput', metric: 'throughput', ours: 'channel', peer: null, target: null },
  ],
  async open({ scale, signal }) {
    const parameters = flood((scale.quick ? 128 : 512) * MIB);
    return {
      parameters: { bytes: parameters.bytes },
      run: { channel: () => runProbe('blob-callback', parameters, signal) },
    };
  },
};
