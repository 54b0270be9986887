import { devNull } from 'node:os';
import type { BenchCase, Comparison } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import { flood, MIB } from './flood-parameters.ts';

/** Floods that are the most expensive for the filter, in hexadecimal. */
const FLOODS = {
  escapes: { label: 'only ESC', hex: '1b' },
  continuations: { label: 'only 0x80, invalid UTF-8', hex: '80' },
  colors: { label: 'colors switched on, one line each', hex: '1b5b316d0a' },
  returns: { label: 'only carriage returns', hex: '0d' },
} as const;

const PREFIX = '[host.example] ';
const floods = Object.entries(FLOODS);
const target = { of: 'ratio', atLeast: 0.3 } as const;

const comparisons = (suffix: '' | 'Prefixed', how: string): Comparison[] =>
  floods.map(([id, { label }]) => ({
    what: `${label}${how}`,
    metric: 'throughput',
    ours: `${id}${suffix}`,
    peer: `plain${suffix}`,
    target,
  }));

const contenders = (suffix: '' | 'Prefixed', how: string) =>
  Object.fromEntries([
    [`plain${suffix}`, `plain 80-byte lines${how}`],
    ...floods.map(([id, { label }]) => [`${id}${suffix}`, `${label}${how}`]),
  ]);

export const escape: BenchCase = {
  name: 'escape',
  title: 'escape filter, worst input',
  contenders: { ...contenders('', ''), ...contenders('Prefixed', ', with a prefix') },
  comparisons: [...comparisons('', ''), ...comparisons('Prefixed', ', with a prefix')],
  async open({ scale, signal }) {
    const parameters = flood((scale.quick ? 32 : 128) * MIB);
    const run = (pattern: string, prefix?: string) => () =>
      runProbe(
        'forward-channel',
        { ...parameters, pattern, file: devNull, options: { policy: 'escape', prefix } },
        signal,
      );
    return {
      parameters: { bytes: parameters.bytes },
      run: Object.fromEntries([
        ['plain', run('lines')],
        ['plainPrefixed', run('lines', PREFIX)],
        ...floods.flatMap(([id, { hex }]) => [
          [id, run(`hex:${hex}`)],
          [`${id}Prefixed`, run(`hex:${hex}`, PREFIX)],
        ]),
      ]) as Record<string, ReturnType<typeof run>>,
    };
  },
};
