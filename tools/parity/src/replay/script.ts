import type { Direction } from '../matrix/scenario.js';

/** What `replay` is told to do. */
export interface Script {
  readonly direction: Direction;
  /** Base64. */
  readonly stderr: string;
  readonly times: number;
  readonly code: number;
  /** The file that a pull sends. */
  readonly from: string;
  /** The file that a push becomes. */
  readonly to: string;
}
