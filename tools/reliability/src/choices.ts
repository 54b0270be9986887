import { type Random, seededRandom } from '@rsync-io/kit/random';

/** Choices by chance, for plans. */
export class Choices {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Both bounds inclusive. */
  integer(least: number, most: number): number {
    return least + this.#random(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.#random(1_000) < probability * 1_000;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)] as T;
  }
}
