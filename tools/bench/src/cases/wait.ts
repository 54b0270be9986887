import { program } from '@rsync-io/testkit';
import { type BenchCase, NotRunError } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';

export const wait: BenchCase = {
  name: 'wait',
  title: 'from exit to wait() resolved, a grandchild holds fd 2',
  contenders: { channel: 'socketpair channel' },
  comparisons: [
    {
      what: 'delay',
      metric: 'duration',
      ours: 'channel',
      peer: null,
      target: { of: 'ours', below: 2 },
    },
  ],
  async open({ scale, signal }) {
    if (process.platform === 'win32') throw new NotRunError('there is no socketpair on Windows');
    const parameters = { bytes: 200_000, count: scale.quick ? 5 : 20 };
    const probe = { ...parameters, program: program('grandchild') };
    return { parameters, run: { channel: () => runProbe('wait-grandchild', probe, signal) } };
  },
};
