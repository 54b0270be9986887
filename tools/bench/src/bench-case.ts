import type { MetricName, Sample } from './metric.ts';
import type { Target } from './measure/verdict.ts';

/** The amount of work of a run. */
export interface Scale {
  /** Smaller sizes, for a quick check. */
  readonly quick: boolean;
  /** Number of runs of every contender. */
  readonly rounds: number;
}

export interface RunContext {
  readonly scale: Scale;
  /** Aborted by Ctrl-C. Everything that was started then ends. */
  readonly signal: AbortSignal;
}

/** One row of the report: our measured value, and that of a peer if there is one. */
export interface Comparison {
  /** Appended to the case's title if a case has several rows. */
  readonly what: string;
  readonly metric: MetricName;
  /** Ids of contenders. */
  readonly ours: string;
  readonly peer: string | null;
  readonly target: Target | null;
}

/** A case that is ready to run. */
export interface OpenCase {
  /** The run of each contender. Called in turns, {@link Scale.rounds} times each. */
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
  /** Fewer rounds than usual, for a long case with repetitions of its own. */
  readonly maxRounds?: number;
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
