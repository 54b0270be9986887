import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const cache = mkdtempSync(path.join(tmpdir(), 'rsync-io-no-runtime-'));
afterAll(() => rmSync(cache, { recursive: true }));

/** Runs the tests of Bun where it is not in the cache and cannot be downloaded. */
function testsOfBun(env: NodeJS.ProcessEnv = {}) {
  const test = ['vitest', 'run', 'test/runtimes.test.ts', '-t', 'bun', '--reporter=verbose'];
  const nowhere = { npm_config_registry: 'http://127.0.0.1:1', npm_config_fetch_retries: '0' };
  const { status, stdout, stderr } = spawnSync('npx', test, {
    cwd: path.join(import.meta.dirname, '..'),
    encoding: 'utf8',
    env: { ...process.env, ...nowhere, XDG_CACHE_HOME: cache, NO_COLOR: '1', ...env },
  });
  return { status, output: `${stdout}\n${stderr}` };
}

describe('the tests of a runtime that cannot be downloaded', () => {
  it('are skipped with a title that states the reason', () => {
    const { status, output } = testsOfBun({ RSYNC_IO_REQUIRE_PEERS: '0' });
    expect(output).toMatch(/bun — not run: npm pack .* failed/);
    expect(status).toBe(0);
  });

  it('fail where peers are required', () => {
    const { status, output } = testsOfBun({ RSYNC_IO_REQUIRE_PEERS: '1' });
    expect(output).toMatch(/RSYNC_IO_REQUIRE_PEERS=1, but: npm pack .* failed/);
    expect(status).toBe(1);
  });
});
