import { expect, it } from 'vitest';
import { between, draw } from '../src/common/draw.ts';

it('draws unrelated values from neighboring seeds', () => {
  const values = Array.from({ length: 6_000 }, (_, seed) => draw(between(1, 6), seed));
  const repeated = values.filter((value, i) => value === values[i - 1]).length;
  expect(repeated).toBeGreaterThan(900);
  expect(repeated).toBeLessThan(1_100);
});
