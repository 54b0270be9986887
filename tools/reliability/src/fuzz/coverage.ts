import { Session } from 'node:inspector/promises';

/**
 * The executed blocks of a script, from V8's precise coverage, which needs no instrumentation. The same block
 * counts again for each power of two of its count, so that more iterations of a loop are new. V8 lists unexecuted
 * ranges inside executed ones; a block that runs for the first time changes them.
 */
export class Coverage implements AsyncDisposable {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;
  readonly #seen = new Set<string>();
  #fresh = new Set<string>();

  private constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
  }

  /** @param isWatched whether the script with this URL counts */
  static async start(isWatched: (url: string) => boolean): Promise<Coverage> {
    const coverage = new Coverage(isWatched);
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', {
      callCount: true,
      detailed: true,
    });
    return coverage;
  }

  /** Number of blocks, with their counts, that have run. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Number of blocks that ran since the last call and are not yet remembered. */
  async take(): Promise<number> {
    const ran = await this.#ran();
    this.#fresh = new Set([...ran].filter((block) => !this.#seen.has(block)));
    return this.#fresh.size;
  }

  /** Remembers the blocks that ran since the last call; returns whether one of them was new. */
  async takeAgain(): Promise<boolean> {
    let isFirst = false;
    for (const block of await this.#ran()) {
      if (this.#seen.has(block)) continue;
      this.#seen.add(block);
      isFirst = true;
    }
    return isFirst;
  }

  /** Remembers the blocks counted by the last {@link take}. */
  remember(): void {
    for (const block of this.#fresh) this.#seen.add(block);
    this.#fresh.clear();
  }

  async #ran(): Promise<Set<string>> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const ran = new Set<string>();
    for (const { url, functions } of result) {
      if (!this.#isWatched(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          ran.add(
            `${startOffset}-${endOffset}*${count === 0 ? 'none' : Math.floor(Math.log2(count))}`,
          );
        }
      }
    }
    return ran;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
