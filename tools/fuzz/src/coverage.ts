import { Session } from 'node:inspector/promises';

/**
 * Which blocks of a script have run: V8's own precise coverage, so that nothing has to be instrumented.
 * Blocks are told apart by how often they ran, in powers of two: a loop that goes round more often is
 * something new. V8 names what did not run inside of what did; so a block that ran for the first time
 * shows as another place where none did.
 */
export class Coverage implements AsyncDisposable {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;
  readonly #seen = new Set<string>();
  #fresh = new Set<string>();

  private constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
  }

  /** @param isWatched for the URL of a script */
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

  /** Blocks (with their counts) that were seen so far. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** How much of what ran since the last call had never run before {@link remember}. */
  async take(): Promise<number> {
    const ran = await this.#ran();
    this.#fresh = new Set([...ran].filter((block) => !this.#seen.has(block)));
    return this.#fresh.size;
  }

  /**
   * For one input of those that {@link take} was about: whether it is the first to reach one of the
   * fresh blocks, or a block that only shows when it runs alone.
   */
  async takeAgain(): Promise<boolean> {
    let isFirst = false;
    for (const block of await this.#ran()) {
      if (this.#seen.has(block)) continue;
      this.#seen.add(block);
      isFirst = true;
    }
    return isFirst;
  }

  /** What is fresh is not any more. */
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
