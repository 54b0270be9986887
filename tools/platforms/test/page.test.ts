import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { describe, expect, it } from 'vitest';
import { UNEXPLAINED } from '../src/explanations.ts';
import { platformsPage } from '../src/page.ts';
import type { SuiteResult } from '../src/suites.ts';

const suite: SuiteResult = {
  node: 'v22.1.0',
  package: 'pipe',
  flag: 'on',
  passed: 3,
  failed: 1,
  skipped: 2,
  problems: ['a.test.ts > loses a byte'],
};

describe('docs/platforms.md', () => {
  const at = '2026-11-28T12:00:00.000Z';
  const page = platformsPage({
    xnu: { at, results: ['pipe', 'ssh'].map((name) => ({ ...suite, package: name })) },
    windows: { at, results: [], reason: 'Wine requires root' },
    containers: { at, results: [], passed: ['test/containers.test.ts > a root > works'] },
  });

  it('has a row for each version of Node, with the sums of its packages, and which they are', () => {
    expect(page).toContain('| xnu, Node 22.1.0 (only pipe, ssh) | 6 | 2 | 4 |');
  });

  it('lists each failure and what has not been explained', () => {
    expect(page).toContain(
      '- xnu, Node 22.1.0 (only pipe, ssh): `pipe: a.test.ts > loses a byte`. Not explained yet.',
    );
  });

  it('states why a section was not run', () => {
    expect(page).toContain('| windows | not run: Wine requires root |');
    expect(page).toContain('| arm64 | not run: no run yet |');
    expect(page).toContain(
      '- windows: The machine that wrote the page cannot set up the emulation',
    );
    expect(page).toContain('`npm run test:platforms -- --only arm64`');
  });

  it('is committed with an explanation of everything that failed or did not run', () => {
    const file = path.join(ROOT, 'docs/platforms.md');
    const text = readFileSync(file, 'utf8');
    const notRun = [...text.matchAll(/^\| (.+?) +\| not run: /gm)].map(([, where]) => where);
    for (const where of notRun) expect(text).toContain(`\n- ${where}: `);
    expect(text).not.toContain(UNEXPLAINED);
  });

  it('lists what was tested', () => {
    expect(page).toContain('## Tested: containers\n\n- a root > works');
  });
});

describe('npm run test:platforms', () => {
  const main = path.join(import.meta.dirname, '../src/main.ts');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8' });

  it('prints its usage', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Usage/) });
  });

  it.each([['--only', 'moon'], ['--node', 'latest'], ['--package', 'testkit'], ['--nonsense']])(
    'refuses %s %s',
    (...args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/Try --help\.\n$/);
    },
  );
});
