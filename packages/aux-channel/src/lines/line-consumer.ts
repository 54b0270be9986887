import type { StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';

/** A receiver of lines. Nothing here may block or throw into the drain. */
export interface LineConsumer {
  /** Lines that were not delivered because the consumer was too slow. */
  readonly dropped: number;
  /** The batch is only lent for the call. */
  accept(batch: LineBatch, firstSeq: number): void;
  /** Whether nobody wants lines at the moment: they are neither split nor counted. */
  readonly isIdle?: boolean;
  /** Whether every line that came now would be dropped. */
  readonly full: boolean;
  /** Counts lines as dropped that were not split off, because {@link full} was `true`. */
  skip(count: number): void;
  /** No line follows. */
  close(): void;
}

/**
 * A subscriber in callback form. The first error that it throws, or that a promise it returned is
 * rejected with, is reported as a process warning; the listener is still called.
 */
export type StderrLineListener = (line: StderrLine) => unknown;
