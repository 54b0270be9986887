import { type BenchCase, NotRunError, type RunContext } from '../bench-case.ts';
import { probeWords, runSample } from '../measure/run-program.ts';
import type { ProbeName } from '../probes/index.ts';

/** A probe with its additional parameters, or the command line of another program that prints a sample. */
export type Contender<P> =
  | readonly [label: string, probe: ProbeName, parameters?: object]
  | readonly [label: string, words: (parameters: P) => Promise<readonly string[]>];

export interface ProbeCase<P> extends Omit<BenchCase, 'contenders' | 'open'> {
  readonly contenders: Readonly<Record<string, Contender<P>>>;
  /** The parameters of all probes. Throws NotRunError. */
  readonly parameters: (context: RunContext) => P | Promise<P>;
}

/** A case in which each contender is a process of its own that prints its sample. */
export function probeCase<P extends object>(one: ProbeCase<P>): BenchCase {
  const contenders = Object.entries(one.contenders);
  return {
    ...one,
    contenders: Object.fromEntries(contenders.map(([id, [label]]) => [id, label])),
    async open(context) {
      const parameters = await one.parameters(context);
      const words = ([, what, more]: Contender<P>) =>
        typeof what === 'string' ? probeWords(what, { ...parameters, ...more }) : what(parameters);
      const run = contenders.map(([id, contender]) => [
        id,
        async () => runSample(await words(contender), context.signal),
      ]);
      const recorded = Object.entries(parameters).filter(([, value]) => typeof value === 'number');
      return { parameters: Object.fromEntries(recorded), run: Object.fromEntries(run) };
    },
  };
}

export const requireLinux = () => {
  if (process.platform !== 'linux') throw new NotRunError('this is measured on Linux only');
};
