import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood, MIB } from './flood-parameters.ts';

export const drain: BenchCase = {
  name: 'drain',
  title: 'drain 80-byte lines, nobody subscribed',
  contenders: { channel: 'socketpair channel', node: "Node 'data' events, discarded" },
  comparisons: [
    {
      what: 'throughput',
      metric: 'throughput',
      ours: 'channel',
      peer: 'node',
      target: { of: 'ratio', atLeast: 1.5 },
    },
    {
      what: 'memory growth',
      metric: 'rssGrowth',
      ours: 'channel',
      peer: 'node',
      target: { of: 'ours', below: 8 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = flood((scale.quick ? 256 : 512) * MIB);
    return {
      parameters: { bytes: parameters.bytes },
      run: {
        channel: () => runProbe('drain-channel', parameters, signal),
        node: () => runProbe('drain-node', parameters, signal),
      },
    };
  },
};
