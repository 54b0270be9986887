import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { descendants, isAlive, waitUntil } from '@rsync-io/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import type { BenchDocument } from '../src/report/document.ts';

const main = ['--import', 'tsx', path.join(import.meta.dirname, '../src/main.ts')];
const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [...main, ...args, '--out', folder], { encoding: 'utf8' });

/** Whether a process runs a probe; a process that has ended does not. */
function isProbe(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).includes('node_modules/.cache/programs-');
  } catch {
    return false;
  }
}

describe('npm run bench', () => {
  it('measures and exits 0 whatever the verdict', () => {
    const { status, stdout } = bench('--quick', '--json', '--only', 'spawn,wait');
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as BenchDocument;
    expect(document).toMatchObject({ schema: 3, quick: true, interrupted: false });
    expect(document.versions['node']).toBe(process.version);
    expect(document.versions['execa']).toMatch(/^\d+\./);
    expect(document.cases.map(({ name, notRun }) => [name, notRun])).toEqual([
      ['spawn', null],
      ['wait', null],
    ]);
    const { samples, rows } = document.cases[0]!;
    expect(Object.values(samples).map((runs) => runs.length)).toEqual([3, 3, 3, 3, 3]);
    for (const { duration } of Object.values(samples).flat()) expect(duration).toBeGreaterThan(0);
    expect(rows[0]).toMatchObject({
      title: "from spawn to exit of 'true': flag on",
      ours: { median: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
      ratio: { median: expect.any(Number) },
      verdict: expect.stringMatching(/^(met|missed|cannot tell)$/),
    });
    expect(readdirSync(folder).sort()).toEqual(['bench.json', 'bench.md']);
    expect(JSON.parse(readFileSync(path.join(folder, 'bench.json'), 'utf8'))).toEqual(document);
  });

  it('refuses an unknown case', () => {
    const { status, stderr } = bench('--only', 'nothing');
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^bench: --only does not accept 'nothing'; it accepts \w.*\nTry --help\.\n$/m,
    );
  });

  it('ends its children at Ctrl-C and prints the finished rounds', async () => {
    const args = [...main, '--only', 'spawn', '--out', folder];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.resume();
    await waitUntil(() => descendants(child.pid as number).some(isProbe), {
      what: 'a probe',
      timeoutMs: 300_000,
    });
    const children = descendants(child.pid as number);
    child.kill('SIGINT');
    const [status] = await once(child, 'close');
    expect(status).toBe(130);
    expect(stdout).toContain('not run: interrupted');
    await waitUntil(() => !children.some(isAlive), { what: 'the end of every child' });
  });
});
