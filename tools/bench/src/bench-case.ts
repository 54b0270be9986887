import type { MetricName, Sample } from './metric.ts';
import type { Target } from './measure/verdict.ts';

/** How much is to be measured. */
export interface Scale {
  /** Smaller sizes; for a look, not for a record. */
  readonly quick: boolean;
  /** Runs of every contender. */
  readonly rounds: number;
}

export interface RunContext {
  readonly scale: Scale;
  /** Aborted by Ctrl-C: whatever was started ends. */
  readonly signal: AbortSignal;
}

/** One row of the report: a measured value of ours, beside that of a peer if there is one. */
export interface Comparison {
  /** Completes the case's title, where a case has several rows. */
  readonly what: string;
  readonly metric: MetricName;
  /** Ids of contenders. */
  readonly ours: string;
  readonly peer: string | null;
  readonly target: Target | null;
}

/** A case that is ready to run. */
export interface OpenCase {
  /** By contender. Called in turns, {@link Scale.rounds} times each. */
  readonly run: Readonly<Record<string, () => Promise<Sample>>>;
  /** Sizes and counts, for the record. */
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Ends what {@link BenchCase.open} started. */
  close?(): Promise<void>;
}

export interface BenchCase {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** Who is measured, by id: for people. */
  readonly contenders: Readonly<Record<string, string>>;
  readonly comparisons: readonly Comparison[];
  /** Fewer rounds than usual, for a case that is long and has its repetition inside. */
  readonly maxRounds?: number;
  /** @throws NotRunError (as rejection) when the machine lacks what the case needs */
  open(context: RunContext): Promise<OpenCase>;
}

/** A case that cannot run here; the message says why. */
export class NotRunError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NotRunError';
  }
}
