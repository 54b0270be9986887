import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const main = path.join(import.meta.dirname, '../src/main.js');
const run = (...args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

describe('npm run test:node-matrix', () => {
  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run test:node-matrix/);
  });

  it.each([['--node', 'latest'], ['--package', 'testkit'], ['--flag', 'maybe'], ['--nonsense']])(
    'refuses %s %s',
    (...args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/Try --help\.\n$/);
    },
  );
});
