import { expect, it } from 'vitest';
import { findSsh } from '../../src/command/find-ssh.js';

it('the default remote shell is ssh, which the system finds on PATH', () => {
  expect(findSsh({ PATH: '' })).toBe('ssh');
});
