import { createRequire } from 'node:module';
import { seededRandom } from '@rsync-io/kit/random';
import { describe, expect, it } from 'vitest';
import { readCorpus, TARGET_NAMES } from '../src/fuzz/corpus.ts';
import { fuzz } from '../src/fuzz/fuzz.ts';
import { mutate } from '../src/fuzz/mutate.ts';
import { type Target, TARGETS } from '../src/fuzz/targets.ts';

// Loaded by Node itself, because vitest's modules have no file URL in V8's coverage.
const { buggy } = createRequire(import.meta.url)('./fixtures/buggy.cjs') as { buggy: Target };

const options = {
  corpus: [Buffer.from('abc')],
  maxMs: 120_000,
  isWatched: (url: string) => url.endsWith('/fixtures/buggy.cjs'),
};

describe('the fuzzer', () => {
  it('finds an injected bug behind four bytes, guided by the code that each of them reaches', async () => {
    const found = await fuzz({
      ...options,
      target: buggy,
      random: seededRandom(7),
      maxRuns: 300_000,
    });
    expect(found.crash?.error.message).toBe('injected');
    // Shortened to the bytes that matter.
    expect(found.crash?.input.toString('latin1')).toBe('\xd3\x17\x8ed');
  });

  it('would not find it by chance', () => {
    const random = seededRandom(7);
    const input = Buffer.from('abc');
    for (let i = 0; i < 300_000; i++) buggy(mutate(input, input, random).subarray(0, 64));
  });

  it('stops after the given number of runs if nothing crashes', async () => {
    const target: Target = () => {};
    const { crash, runs } = await fuzz({
      ...options,
      target,
      random: seededRandom(1),
      maxRuns: 500,
    });
    expect(crash).toBeNull();
    expect(runs).toBeGreaterThanOrEqual(500);
  });
});

describe.each(TARGET_NAMES)('the corpus of %s', (name) => {
  it('crashes nothing', () => {
    const corpus = readCorpus(name);
    expect(corpus.length).toBeGreaterThan(5);
    for (const input of corpus) TARGETS[name](input);
  });
});
