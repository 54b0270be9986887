import { expect, it } from 'vitest';
import { fuzzRaces } from '../src/race/fuzz.ts';

const LIMIT_MS = 600_000;

it.each([false, true])(
  'a hundred races leave no violation (channel: %s)',
  { timeout: LIMIT_MS },
  async (channel) => {
    const request = { channel, seed: 20_261_124, runs: 100, jobs: 8 };
    expect(await fuzzRaces(request)).toEqual({ done: 100, violations: [] });
  },
);
