import { describe, it } from 'vitest';
import { findPeers, type PeerName } from './find.js';

/**
 * `describe` for suites that need real programs. If one is missing, the suite is skipped and its title
 * states the reason. With `RSYNC_IO_REQUIRE_PEERS=1` it fails instead.
 */
export function describeWithPeers(
  needed: readonly PeerName[],
  title: string,
  suite: () => void,
): void {
  const peers = findPeers();
  const missing = needed.filter((name) => peers[name] === null);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = `${missing.join(' and ')} not installed (npm run setup:peers)`;
  if (process.env['RSYNC_IO_REQUIRE_PEERS'] === '1') {
    describe(title, () => {
      it(`needs ${needed.join(', ')}`, () => {
        throw new Error(`RSYNC_IO_REQUIRE_PEERS=1, but: ${reason}`);
      });
    });
  } else {
    describe.skip(`${title} — not run: ${reason}`, suite);
  }
}
