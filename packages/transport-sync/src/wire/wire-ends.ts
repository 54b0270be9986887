import { wirePlatform } from './platform.js';

const ALL = ['childStdin', 'childStdout', 'stdin', 'stdout'] as const;

/** The four descriptors of a wire. Each is closed exactly once, and is -1 when it is closed. */
export class WireEnds {
  readonly #platform = wirePlatform();
  /** Close the child's ends right after the spawn: while these copies are open, the stream does not end. */
  childStdin = -1;
  childStdout = -1;
  /** The writing end. */
  stdin = -1;
  /** The reading end. */
  stdout = -1;

  /** @throws an error with `code`, such as `EMFILE`; nothing is left open */
  constructor() {
    try {
      ({ read: this.childStdin, write: this.stdin } = this.#platform.pair());
      ({ read: this.stdout, write: this.childStdout } = this.#platform.pair());
      this.#platform.prepareWriting?.(this.stdin);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(...ends: (typeof ALL)[number][]): void {
    for (const end of ends.length === 0 ? ALL : ends) {
      if (this[end] !== -1) this.#platform.close(this[end]);
      this[end] = -1;
    }
  }
}
