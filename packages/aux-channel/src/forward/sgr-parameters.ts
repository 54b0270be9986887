export const SEMICOLON = 0x3b;
export const COLON = 0x3a;
export const ZERO = 0x30;

/** Longer parameters are not interpreted. Unit: bytes. */
export const LONGEST_PARAMETERS = 64;

/** Larger values have no meaning, and must not wrap around to one that has. */
export const LARGEST_VALUE = 9_999;

/** The parameters of an SGR sequence: numbers between `;`, with optional subparameters after `:`. */
export class SgrParameters {
  count = 0;
  readonly #values = new Uint16Array(LONGEST_PARAMETERS + 1);
  readonly #starts = new Uint8Array(LONGEST_PARAMETERS + 2);
  readonly #afterColon = new Uint8Array(LONGEST_PARAMETERS + 1);

  /** Reads digits, semicolons and colons, at most {@link LONGEST_PARAMETERS} of them. */
  read(input: Uint8Array, start: number, end: number): void {
    let value = 0;
    let count = 0;
    for (let i = start; i < end; i++) {
      const byte = input[i] as number;
      if (byte === SEMICOLON || byte === COLON) {
        this.#values[count++] = value;
        this.#starts[count] = i + 1 - start;
        this.#afterColon[count] = byte === COLON ? 1 : 0;
        value = 0;
      } else {
        value = Math.min(LARGEST_VALUE, value * 10 + byte - ZERO);
      }
    }
    this.#values[count++] = value;
    this.#starts[count] = end + 1 - start;
    this.count = count;
  }

  /** An omitted or missing number is 0. */
  value(index: number): number {
    return index < this.count ? (this.#values[index] as number) : 0;
  }

  /** Offset of the text of a parameter; for `count`, one byte after the end. Unit: bytes. */
  start(index: number): number {
    return this.#starts[index] as number;
  }

  subparameters(index: number): number {
    let next = index + 1;
    while (next < this.count && this.#afterColon[next] === 1) next += 1;
    return next - index - 1;
  }

  hasColon(index: number, end: number): boolean {
    for (let i = index; i <= end && i < this.count; i++) {
      if (this.#afterColon[i] === 1) return true;
    }
    return false;
  }
}
