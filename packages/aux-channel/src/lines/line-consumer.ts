import type { StderrLine } from '../trait/trait.js';
import type { LineBatch } from './line-batch.js';

/** A receiver of lines. Its methods must neither block nor throw. */
export interface LineConsumer {
  readonly dropped: number;
  /** The batch is valid only during the call. */
  accept(batch: LineBatch, firstSeq: number): void;
  /** Whether nobody needs lines at the moment, so that they are neither split nor counted. */
  readonly isIdle?: boolean;
  /** Whether a new line would be dropped. */
  readonly full: boolean;
  /** Counts lines that were dropped without being split, because {@link full} was `true`. */
  skip(count: number): void;
  close(): void;
}

/** A callback for lines. Its first error (thrown or rejected) is emitted as a process warning. */
export type StderrLineListener = (line: StderrLine) => unknown;
