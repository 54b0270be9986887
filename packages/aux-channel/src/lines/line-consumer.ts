import type { StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';

/** Where split lines go. Nothing here may block or throw into the drain. */
export interface LineConsumer {
  /** Lines that were not delivered because the consumer was too slow. */
  readonly dropped: number;
  /** The batch is only lent for the call. */
  accept(batch: LineBatch, firstSeq: number): void;
  /** Whether every line that came now would be dropped. */
  readonly full: boolean;
  /** Counts lines as dropped that were not split off, because {@link full} was `true`. */
  skip(count: number): void;
  /** No line follows. */
  close(): void;
}

/** A subscriber in callback form. What it throws is reported as a process warning, once. */
export type StderrLineListener = (line: StderrLine) => void;
