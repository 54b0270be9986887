import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWithPeers, findPeers } from '@rsync-io/testkit';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
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
  scenario: { name: 'hostile', title: 'a hostile remote side', group: 'stderr' },
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

describeWithPeers(['chromium'], 'the page', () => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-page-'));
    for (const platform of ['linux', 'windows'] as const) {
      const report = makeReport([row], {
        platform,
        replay: platform === 'windows',
        complete: true,
        date: '2026-01-01T00:00:00.000Z',
        code: { commit: 'c'.repeat(40), packages: 'd'.repeat(40), clean: true },
        versions: { node: process.version },
        variants: variants(),
      });
      writeFileSync(path.join(folder, `parity-${platform}.json`), JSON.stringify(report));
    }
    browser = await puppeteer.launch({
      executablePath: findPeers().chromium?.path as string,
      // Root has no sandbox of Chromium's; the page is this project's own file.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    page = await browser.newPage();
    await page.goto(pathToFileURL(writePage(folder)).href);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const textOf = (selector: string) => page.$eval(selector, ({ textContent }) => textContent ?? '');

  it('shows the verdict at its top', async () => {
    expect(await textOf('.verdict')).toBe(
      `✗ 1 of ${variants().length} cells differ (1 real transfers).`,
    );
    expect(
      await page.$$eval('td button.red', (buttons) => buttons.map((b) => b.textContent)),
    ).toEqual(['≠']);
    expect(await page.$$eval('td button', (buttons) => buttons.length)).toBe(variants().length);
  });

  it('shows both streams as text after a click', async () => {
    await page.click('td button.red');
    expect(await textOf('#details-title')).toContain('hostile (push)');
    const streams = await page.$$eval('.streams pre', (all) => all.map((one) => one.textContent));
    expect(streams[0]).toContain('</script><img src=x onerror=');
    expect(streams[0]).toContain('\\e]0;title\\x07\\xff');
    expect(streams[1]).toContain('something else');
    expect(await page.$$eval('.streams mark', (marks) => marks.length)).toBe(2);
    expect(await textOf('li.difference')).toMatch(/^fd 2: expected/);
    await page.keyboard.press('Escape');
    expect(await page.title()).toBe('rsync-io: parity');
    expect(await page.$$eval('img', (images) => images.length)).toBe(0);
  });

  it('switches the platform', async () => {
    await page.click('#platforms button[value="windows"]');
    expect(await textOf('.verdict')).toContain('recorded transfers, played again');
  });
});
