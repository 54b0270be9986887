import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { MIB } from './flood-parameters.ts';

export const wireAsync: BenchCase = {
  name: 'wire-async',
  title: 'read stdout by data events',
  contenders: { channel: 'asynchronous transport', plain: 'child_process streams' },
  comparisons: [
    {
      what: 'throughput',
      metric: 'throughput',
      ours: 'channel',
      peer: 'plain',
      target: { of: 'ratio', atLeast: 0.98 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = { bytes: (scale.quick ? 256 : 1024) * MIB };
    return {
      parameters,
      run: {
        channel: () => runProbe('wire-async', parameters, signal),
        plain: () => runProbe('wire-data', parameters, signal),
      },
    };
  },
};
