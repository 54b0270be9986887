import type { MetricName, Sample } from './metric.ts';

/** The target: a ratio to the peer, or a limit of our own value. */
export type Target =
  | { readonly of: 'ratio'; readonly atLeast: number }
  | { readonly of: 'ratio'; readonly atMost: number }
  | { readonly of: 'ours'; readonly atLeast: number }
  | { readonly of: 'ours'; readonly below: number };

export const atLeast = (ratio: number): Target => ({ of: 'ratio', atLeast: ratio });
export const atMost = (ratio: number): Target => ({ of: 'ratio', atMost: ratio });
export const below = (value: number): Target => ({ of: 'ours', below: value });

export interface RunContext {
  /** Smaller sizes and fewer rounds, for a quick check. */
  readonly quick: boolean;
  /** Aborted by Ctrl-C. Everything that was started then ends. */
  readonly signal: AbortSignal;
}

/** One row of the report: our measured value, and that of a peer if there is one. */
export interface Comparison {
  /** Appended to the case's title. */
  readonly what: string;
  readonly metric: MetricName;
  /** Ids of contenders. */
  readonly ours: string;
  readonly peer: string | null;
  readonly target: Target | null;
}

export const compare = (
  what: string,
  metric: MetricName,
  [ours, peer]: readonly [ours: string, peer?: string],
  target: Target | null = null,
): Comparison => ({ what, metric, ours, peer: peer ?? null, target });

/** A case that is ready to run. */
export interface OpenCase {
  /** The run of each contender, called once in each round. */
  readonly run: Readonly<Record<string, () => Promise<Sample>>>;
  /** Sizes and counts, recorded in the report. */
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Ends what {@link BenchCase.open} started. */
  close?(): Promise<void>;
}

export interface BenchCase {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** Descriptions of the contenders, by id. */
  readonly contenders: Readonly<Record<string, string>>;
  readonly comparisons: readonly Comparison[];
  /** How often each contender runs. */
  readonly rounds: { readonly quick: number; readonly full: number };
  /** @throws NotRunError (as rejection) if the machine lacks what the case needs */
  open(context: RunContext): Promise<OpenCase>;
}

/** A case cannot run here. The message states the reason. */
export class NotRunError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotRunError';
  }
}
