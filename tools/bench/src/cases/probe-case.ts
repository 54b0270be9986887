import type { BenchCase, Comparison, Scale } from '../bench-case.ts';
import { runProbe } from '../measure/run-probe.ts';
import type { Target } from '../measure/verdict.ts';
import type { MetricName } from '../metric.ts';
import type { ProbeName } from '../probes/index.ts';

/** A case in which all contenders are probes. */
export interface ProbeCase {
  readonly name: string;
  readonly title: string;
  /** By id: a label and the probe. */
  readonly contenders: Readonly<Record<string, readonly [label: string, probe: ProbeName]>>;
  readonly comparisons: readonly Comparison[];
  readonly maxRounds?: number;
  /** Throws NotRunError. */
  readonly check?: () => void;
  /** Parameters of a contender. */
  readonly parameters: (scale: Scale, id: string) => object;
  /** Recorded in the report. */
  readonly recorded: (scale: Scale) => Readonly<Record<string, number>>;
}

export const probeCase = ({
  contenders,
  check,
  parameters,
  recorded,
  ...rest
}: ProbeCase): BenchCase => ({
  ...rest,
  contenders: Object.fromEntries(Object.entries(contenders).map(([id, [label]]) => [id, label])),
  async open({ scale, signal }) {
    check?.();
    const run = Object.entries(contenders).map(([id, [, probe]]) => [
      id,
      () => runProbe(probe, parameters(scale, id), signal),
    ]);
    return { parameters: recorded(scale), run: Object.fromEntries(run) as never };
  },
});

export const compare = (
  what: string,
  metric: MetricName,
  [ours, peer]: readonly [ours: string, peer?: string | undefined],
  target: Target | null = null,
): Comparison => ({ what, metric, ours, peer: peer ?? null, target });

export const atLeast = (ratio: number): Target => ({ of: 'ratio', atLeast: ratio });
export const atMost = (ratio: number): Target => ({ of: 'ratio', atMost: ratio });
export const below = (value: number): Target => ({ of: 'ours', below: value });
