import { expect, it } from 'vitest';
import { findSsh } from '../../src/command/find-ssh.js';

it('The remote shell that nobody named is ssh, for the system to find on PATH', () => {
  expect(findSsh({ PATH: '' })).toBe('ssh');
});
