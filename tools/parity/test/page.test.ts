import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Observation } from '../src/matrix/observation.ts';
import type { Row } from '../src/matrix/run-matrix.ts';
import { writePage } from '../src/report/page.ts';
import { makeReport } from '../src/report/report.ts';
import { type Variant, variants } from '../src/variant/variant.ts';

const [ssh, ...others] = variants() as [Variant, ...Variant[]];
const observed = (fd2: string): Observation => ({
  client: { code: 255, signal: null, stderr: Buffer.alloc(0) },
  fd2: Buffer.from(fd2, 'latin1'),
  transport: null,
  arrived: [],
});
/** A remote side may write anything; the page must show it as text. */
const HOSTILE = '</script><img src=x onerror="document.title=\'obeyed\'">\x1b]0;title\x07\xff\n';
const row: Row = {
  scenario: { name: 'hostile', title: 'a "hostile" remote side', group: 'stderr' },
  direction: 'push',
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
let page: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-page-'));
  for (const platform of ['linux', 'windows'] as const) {
    const report = makeReport([row], {
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
  page = readFileSync(writePage(folder), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = (pattern: RegExp) => page.match(pattern)?.length;

it('has a verdict, a table and the details of each platform', () => {
  const cells = variants().length;
  expect(page).toContain(`>1 of ${cells} cells differ (1 real transfers)<`);
  expect(page).toContain(`>1 of ${cells} cells differ (1 recorded transfers, replayed)<`);
  expect(count(/<td/g)).toBe(2 * cells);
  expect(count(/<td class="red"><a [^>]*>≠/g)).toBe(2);
  expect(page).toContain('href="#linux-hostile-push"');
  expect(page).toContain('<details id="linux-hostile-push" open>');
});

it('shows every observation as text', () => {
  const shown = String.raw`&lt;/script&gt;&lt;img src=x onerror=&quot;document.title='obeyed'&quot;&gt;\x1b]0;title\x07\xff`;
  expect(page).toContain(`<pre>${shown}\n</pre>`);
  expect(page).toContain('<pre>something else\n</pre>');
  expect(page).toContain(`fd 2: expected ${shown}`);
  expect(page).toContain('title="a &quot;hostile&quot; remote side"');
  expect(page).not.toMatch(/<img|<script/);
});
