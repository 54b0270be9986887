import { expect, it } from 'vitest';
import { fuzzRaces, transportOf } from '../src/race/fuzz.ts';
import { loadRun } from '../src/load/load.ts';

const LIMIT_MS = 600_000;

it.each([false, true])(
  'a hundred races leave no violation (channel: %s)',
  { timeout: LIMIT_MS },
  async (on) => {
    const { done, violations } = await fuzzRaces({
      ...transportOf(on),
      seed: 20_261_124,
      runs: 100,
      jobs: 8,
    });
    expect(violations).toEqual([]);
    expect(done).toBe(100);
  },
);

it.each(['off', 'on', 'sync'] as const)(
  'forty connections at once lose nothing (%s)',
  { timeout: LIMIT_MS },
  async (transport) => {
    expect(await loadRun({ transport, connections: 80, atOnce: 40, seed: 7 })).toEqual([]);
  },
);
