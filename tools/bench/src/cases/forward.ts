import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { BenchCase } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood, MIB } from './flood-parameters.ts';
import { roomyFolder } from './roomy-folder.ts';

const target = { of: 'ratio', atLeast: 0.5 } as const;

export const forward: BenchCase = {
  name: 'forward',
  title: 'forward 80-byte lines',
  contenders: {
    file: 'socketpair channel, to a file',
    fileInherit: 'inherited by the child, a file',
    cat: 'socketpair channel, to cat',
    catInherit: 'inherited by the child, cat',
  },
  comparisons: [
    {
      what: 'to a file',
      metric: 'throughput',
      ours: 'file',
      peer: 'fileInherit',
      target,
    },
    { what: 'to cat', metric: 'throughput', ours: 'cat', peer: 'catInherit', target },
    {
      what: 'to a file, memory growth',
      metric: 'rssGrowth',
      ours: 'file',
      peer: 'fileInherit',
      target: { of: 'ours', below: 8 },
    },
    {
      what: 'to cat, memory growth',
      metric: 'rssGrowth',
      ours: 'cat',
      peer: 'catInherit',
      target: { of: 'ours', below: 8 },
    },
  ],
  async open({ scale, signal }) {
    const parameters = flood((scale.quick ? 128 : 512) * MIB);
    const folder = mkdtempSync(path.join(roomyFolder(2 * parameters.bytes), 'rsync-io-bench-'));
    const file = path.join(folder, 'sink');
    return {
      parameters: { bytes: parameters.bytes },
      run: {
        file: () => runProbe('forward-channel', { ...parameters, file }, signal),
        fileInherit: () => runProbe('forward-inherit', { ...parameters, file }, signal),
        cat: () => runProbe('forward-channel', { ...parameters, file: null }, signal),
        catInherit: () => runProbe('forward-inherit', { ...parameters, file: null }, signal),
      },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
