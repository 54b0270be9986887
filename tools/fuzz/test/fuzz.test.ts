import { createRequire } from 'node:module';
import {
  fuzz,
  mutate,
  readCorpus,
  seededRandom,
  type Target,
  type TargetName,
  TARGETS,
} from '@rsync-io/fuzz';
import { describe, expect, it } from 'vitest';

// Loaded by Node itself: V8 does not know the modules of a test by their files.
const { planted } = createRequire(import.meta.url)('./fixtures/planted.cjs') as { planted: Target };

const options = {
  corpus: [Buffer.from('abc')],
  maxMs: 120_000,
  isWatched: (url: string) => url.endsWith('/fixtures/planted.cjs'),
};

describe('the fuzzer', () => {
  it('finds a planted bug behind four bytes, by the code that each of them reaches', async () => {
    const found = await fuzz({
      ...options,
      target: planted,
      random: seededRandom(7),
      maxRuns: 300_000,
    });
    expect(found.crash?.error.message).toBe('planted');
    // Shortened to what it takes.
    expect(found.crash?.input.toString('latin1')).toBe('\xd3\x17\x8ed');
  });

  it('would not have found it by chance', () => {
    const random = seededRandom(7);
    const input = Buffer.from('abc');
    for (let i = 0; i < 300_000; i++) planted(mutate(input, input, random).subarray(0, 64));
  });

  it('tells an input that takes for ever from one that is right, and goes on after none', async () => {
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

describe.each(Object.keys(TARGETS) as TargetName[])('the kept corpus of %s', (name) => {
  it('breaks nothing', () => {
    const corpus = readCorpus(name);
    expect(corpus.length).toBeGreaterThan(5);
    for (const input of corpus) TARGETS[name](input);
  });
});
