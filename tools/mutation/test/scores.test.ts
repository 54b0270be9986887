import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { scores, table } from '../src/scores.js';

const mutants = (...states: string[]) =>
  states.map((status) => ({ status, mutatorName: 'x', location: { start: { line: 1 } } }));
const report = {
  files: {
    'a.ts': { mutants: mutants('Killed', 'Killed', 'Timeout', 'Survived') },
    'b.ts': { mutants: mutants('NoCoverage', 'Killed', 'Ignored', 'CompileError') },
    'c.ts': { mutants: mutants('Ignored') },
  },
};

describe('the scores', () => {
  it('count what was noticed of what could be', () => {
    const { score, files, reached } = scores('x', report, 60);
    expect(files).toEqual([
      { file: 'a.ts', noticed: 3, unnoticed: 1, score: 75 },
      { file: 'b.ts', noticed: 1, unnoticed: 1, score: 50 },
    ]);
    expect(score).toBeCloseTo(66.67, 1);
    expect(reached).toBe(true);
  });

  it('miss a goal, also when nothing was tried', () => {
    expect(scores('x', report, 67).reached).toBe(false);
    expect(scores('x', { files: {} }, 0).reached).toBe(false);
  });

  it('are shown by file', () => {
    const text = table(scores('x', report, 95));
    expect(text).toMatch(/a\.ts +3 +1 +75\.0 %/);
    expect(text).toMatch(/x: 66\.7 %, goal 95 %: missed$/);
  });
});

describe('npm run mutation', () => {
  const main = path.join(import.meta.dirname, '../src/main.js');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

  it('explains itself', () => {
    expect(run('--help').stdout).toMatch(/^Usage: npm run mutation/);
  });

  it.each([['--package', 'ssh2'], ['--jobs', 'many'], ['--nonsense']])(
    'refuses %s %s',
    (...args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/Try --help\.\n$/);
    },
  );
});
