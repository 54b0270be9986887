import type { BenchCase, Comparison } from '../bench-case.js';
import { runProbe } from '../measure/run-probe.js';
import { flood, MIB } from './flood-parameters.js';

const against = (ours: string, what: string): Comparison[] => [
  { what, metric: 'throughput', ours, peer: 'execa', target: { of: 'ratio', atLeast: 6 } },
  { what: `${what}, lines dropped`, metric: 'droppedLines', ours, peer: 'execa', target: null },
  { what: `${what}, memory growth`, metric: 'rssGrowth', ours, peer: 'execa', target: null },
];

export const lines: BenchCase = {
  name: 'lines',
  title: 'drain 80-byte lines, text of every line read',
  contenders: {
    callback: 'channel, callback',
    queue: 'channel, for await over a queue',
    execa: 'execa, for await over lines',
  },
  comparisons: [...against('callback', 'callback'), ...against('queue', 'queue')],
  async open({ scale, signal }) {
    const ours = flood((scale.quick ? 128 : 512) * MIB);
    // A smaller size is no handicap: what is compared is bytes per second.
    const peers = flood((scale.quick ? 32 : 128) * MIB);
    return {
      parameters: { bytes: ours.bytes, peerBytes: peers.bytes },
      run: {
        callback: () => runProbe('lines-callback', ours, signal),
        queue: () => runProbe('lines-queue', ours, signal),
        execa: () => runProbe('lines-execa', peers, signal),
      },
    };
  },
};
