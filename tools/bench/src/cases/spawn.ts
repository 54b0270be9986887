import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';

export const spawn: BenchCase = {
  name: 'spawn',
  title: "from spawn to exit of 'true'",
  contenders: {
    channel: 'transport, flag on',
    inherit: 'transport, default build',
    node: 'child_process.spawn, three pipes',
  },
  comparisons: [
    {
      what: 'flag on',
      metric: 'duration',
      ours: 'channel',
      peer: 'node',
      target: { of: 'ratio', atMost: 1.15 },
    },
    { what: 'default build', metric: 'duration', ours: 'inherit', peer: 'node', target: null },
  ],
  async open({ scale, signal }) {
    const parameters = { count: scale.quick ? 100 : 300 };
    return {
      parameters,
      run: {
        channel: () => runProbe('spawn-channel', parameters, signal),
        inherit: () => runProbe('spawn-inherit', parameters, signal),
        node: () => runProbe('spawn-node', parameters, signal),
      },
    };
  },
};
