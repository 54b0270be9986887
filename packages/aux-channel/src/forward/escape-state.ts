import { Graphics } from './graphics.js';

export const NOTHING = Buffer.alloc(0);

/** @param table where the tables of the terminal begin */
export class EscapeState {
  readonly graphics = new Graphics();
  /** Whether a sequence that the end of the input interrupts is held back. */
  isPartial = false;
  held: Uint8Array = NOTHING;
  input: Uint8Array = NOTHING;
  output: Uint8Array = NOTHING;
  /** The same memory as `output`. */
  view: DataView = new DataView(NOTHING.buffer);
  written = 0;

  constructor(
    readonly table: number,
    readonly prefixed: boolean,
  ) {}
}
