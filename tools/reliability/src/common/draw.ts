import { hash } from 'node:crypto';
import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A value of an arbitrary; the same for the same seed. `fc.sample()` does this a thousand times slower. */
export function draw<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  // A hash, because the first numbers of neighboring seeds are neighbors.
  const scattered = hash('sha1', String(seed), 'buffer').readInt32LE();
  return arbitrary.generate(new fc.Random(xoroshiro128plus(scattered)), undefined).value;
}

/** One of several arbitraries, by weight. */
export const weighted = <T>(...rows: readonly (readonly [weight: number, of: fc.Arbitrary<T>])[]) =>
  fc.oneof(...rows.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** An integer; both bounds inclusive. */
export const between = (min: number, max: number) => fc.integer({ min, max });

export const only = <const T>(value: T) => fc.constant(value);
