import type { BenchCase, Comparison } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood, MIB } from './flood-parameters.ts';

/** What is aimed at, by peer. */
const TARGETS = { execa: 15, readline: 3, tinyexec: 6 } as const;

const against = (ours: 'callback' | 'queue'): Comparison[] => [
  ...Object.entries(TARGETS).map(([peer, atLeast]): Comparison => ({
    what: `${ours}, against ${peer}`,
    metric: 'throughput',
    ours,
    peer,
    target: { of: 'ratio', atLeast },
  })),
  {
    what: `${ours}, lines dropped`,
    metric: 'droppedLines',
    ours,
    peer: 'execa',
    target: null,
  },
  {
    what: `${ours}, memory growth`,
    metric: 'rssGrowth',
    ours,
    peer: 'execa',
    target: { of: 'ours', below: 8 },
  },
];

export const lines: BenchCase = {
  name: 'lines',
  title: 'drain 80-byte lines, text of every line read',
  contenders: {
    callback: 'channel, callback',
    queue: 'channel, for await over a queue',
    execa: 'execa, for await over lines',
    readline: "Node's readline, line events",
    tinyexec: 'tinyexec, for await over lines',
  },
  comparisons: [...against('callback'), ...against('queue')],
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
        readline: () => runProbe('lines-readline', peers, signal),
        tinyexec: () => runProbe('lines-tinyexec', peers, signal),
      },
    };
  },
};
