import { Session } from 'node:inspector/promises';

/**
 * The executed blocks of some scripts, from V8's precise coverage, which needs no instrumentation. The same block
 * counts again for each power of two of its count, so that more iterations of a loop are new. V8 lists unexecuted
 * ranges inside executed ones; a block that runs for the first time changes them.
 */
export class Coverage implements AsyncDisposable {
  /** Blocks that are not new any more. */
  readonly known = new Set<string>();
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;

  private constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
  }

  /** @param isWatched whether the script with this URL counts */
  static async start(isWatched: (url: string) => boolean): Promise<Coverage> {
    const coverage = new Coverage(isWatched);
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    const options = { callCount: true, detailed: true };
    await coverage.#session.post('Profiler.startPreciseCoverage', options);
    return coverage;
  }

  /** Blocks that ran since the last call and are not known. */
  async fresh(): Promise<string[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    return result
      .filter(({ url }) => this.#isWatched(url))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .map(({ startOffset, endOffset, count }) => {
        const times = count === 0 ? 'none' : Math.floor(Math.log2(count));
        return `${startOffset}-${endOffset}*${times}`;
      })
      .filter((block) => !this.known.has(block));
  }

  /** Adds the blocks that ran since the last call to the known ones. Returns whether one was new. */
  async learn(): Promise<boolean> {
    const fresh = await this.fresh();
    for (const block of fresh) this.known.add(block);
    return fresh.length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
