import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const vitest = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

/** Runs the fixture where no rsync is found. */
function runWithoutRsync(env: NodeJS.ProcessEnv = {}) {
  const config = path.join(import.meta.dirname, 'fixtures/absent-peer.config.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', '--config', config],
    { encoding: 'utf8', env: { PATH: '/nowhere', NO_COLOR: '1', ...env } },
  );
  return { status, output: `${stdout}\n${stderr}` };
}

describe('describeWithPeers, with a peer missing', () => {
  it('skips the suite with a title that names the peer and the way to get it', () => {
    const { status, output } = runWithoutRsync();
    expect(output).toContain(
      'a suite with rsync — not run: rsync not installed (npm run setup:peers)',
    );
    expect(status).toBe(0);
  });

  it('fails where peers are required, and names the peer', () => {
    const { status, output } = runWithoutRsync({ RSYNC_IO_REQUIRE_PEERS: '1' });
    expect(output).toContain('RSYNC_IO_REQUIRE_PEERS=1, but: rsync not installed');
    expect(status).toBe(1);
  });
});
