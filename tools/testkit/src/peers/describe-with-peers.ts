import { describe, it } from 'vitest';
import { findPeers, type PeerName } from './find.js';

/**
 * `describe` for suites that need real programs. With one missing the suite is skipped, and its title
 * says why; with `RSYNC_IO_REQUIRE_PEERS=1` that is a failure.
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
