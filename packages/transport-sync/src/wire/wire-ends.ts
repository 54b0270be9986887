import { TransportStateError } from '@rsync-io/aux-channel';
import { wirePlatform } from './platform.js';

/** The four descriptors of a wire, each closed exactly once. */
export class WireEnds {
  readonly #platform = wirePlatform();
  /** The child's ends, until they are closed after the spawn. */
  #child: readonly [stdin: number, stdout: number] | null;
  #stdin: number;
  #stdout: number;

  /** @throws an error with `code`, such as `EMFILE`; nothing is left open */
  constructor() {
    const input = this.#platform.pair();
    let output: { read: number; write: number };
    try {
      output = this.#platform.pair();
    } catch (error) {
      this.#platform.close(input.read);
      this.#platform.close(input.write);
      throw error;
    }
    this.#child = [input.read, output.write];
    this.#stdin = input.write;
    this.#stdout = output.read;
    this.#platform.prepareWriting(input.write);
  }

  get child(): readonly [stdin: number, stdout: number] {
    if (this.#child === null) throw new TransportStateError('The child has its ends already.');
    return this.#child;
  }

  /** The writing end; -1 when it is closed. */
  get stdin(): number {
    return this.#stdin;
  }

  /** The reading end; -1 when it is closed. */
  get stdout(): number {
    return this.#stdout;
  }

  /** Call this right after the spawn: as long as our copies are open, the stream does not end. */
  closeChild(): void {
    for (const fd of this.#child ?? []) this.#platform.close(fd);
    this.#child = null;
  }

  closeStdin(): void {
    if (this.#stdin !== -1) this.#platform.close(this.#stdin);
    this.#stdin = -1;
  }

  closeStdout(): void {
    if (this.#stdout !== -1) this.#platform.close(this.#stdout);
    this.#stdout = -1;
  }

  close(): void {
    this.closeChild();
    this.closeStdin();
    this.closeStdout();
  }
}
