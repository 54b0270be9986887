import { expect, it, vi } from 'vitest';
import { haveSpareDescriptors } from '../../src/child/spare-descriptors.js';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  devNull: '/no/such/device',
}));

it('a system without a null device is not taken for one without descriptors', () => {
  expect(haveSpareDescriptors(5)).toBe(true);
});
