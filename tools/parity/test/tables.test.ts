import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Observation } from '../src/matrix/environment.ts';
import type { Row } from '../src/matrix/run-matrix.ts';
import type { Scenario } from '../src/matrix/scenario.ts';
import { writeTables } from '../src/report/tables.ts';
import { makeReport } from '../src/report/report.ts';
import { type Variant, variants } from '../src/variant/variant.ts';

const [ssh, ...others] = variants() as [Variant, ...Variant[]];
const observed = (fd2: string): Observation => ({
  client: { code: 255, signal: null, stderr: Buffer.alloc(0) },
  fd2: Buffer.from(fd2, 'latin1'),
  transport: null,
  arrived: [],
});
/** A remote side may write anything; the file must show it as text. */
const HOSTILE = '</script><img src=x onerror="document.title=\'obeyed\'">\x1b]0;title\x07\xff\n';
const row: Row<Scenario, Observation> = {
  name: 'hostile',
  title: 'a "hostile" remote side',
  group: 'stderr',
  direction: 'push',
  shows: { codes: [255] },
  cells: [
    { variant: ssh, observation: observed(HOSTILE), differences: [] },
    ...others.map((variant, i) => ({
      variant,
      observation: observed(i === 1 ? 'something else\n' : HOSTILE),
      differences:
        i === 1 ? [{ aspect: 'fd 2' as const, expected: HOSTILE, got: 'something else\n' }] : [],
    })),
  ],
};

let folder: string;
let text: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-tables-'));
  for (const platform of ['linux', 'windows'] as const) {
    const report = makeReport([row], [], {
      platform,
      replay: platform === 'windows',
      complete: true,
      date: '2026-01-01T00:00:00.000Z',
      code: { commit: 'c'.repeat(40), packages: 'd'.repeat(40), clean: true },
      versions: { node: process.version },
      variants: variants().map(({ id }) => id),
    });
    writeFileSync(path.join(folder, `parity-${platform}.json`), JSON.stringify(report));
  }
  text = readFileSync(writeTables(folder), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has a verdict and a table of each platform', () => {
  const cells = variants().length;
  expect(text).toContain(`linux: 1 of ${cells} cells differ (1 real transfers)\n`);
  expect(text).toContain(`windows: 1 of ${cells} cells differ (1 recorded transfers, replayed)\n`);
  const lines = text.split('\n').filter((line) => line.startsWith('hostile push'));
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const signs = line.trim().split(/ +/).slice(2);
    expect(signs).toEqual(variants().map((_, i) => (i === 2 ? '≠' : '=')));
  }
});

it('shows every difference without control characters', () => {
  const expected = String.raw`</script><img src=x onerror="document.title='obeyed'">\x1b]0;title\x07\xff\x0a`;
  const title = `≠ hostile push ${others[1]?.id}: fd 2`;
  expect(text).toContain(`${title}\n    expected ${expected}\n         got something else\\x0a\n`);
  expect(text).not.toMatch(/[^\n\x20-\x7e…≠]/);
});
