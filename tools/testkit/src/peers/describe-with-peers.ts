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
  const reason = `${missing.join(' and ')} not installed (npm run setup:peers)`;
  describeUnlessMissing(missing.length === 0 ? null : reason, title, suite);
}

/** The same for a suite that needs something else. `reason` states what is missing, or is `null`. */
export function describeUnlessMissing(
  reason: string | null,
  title: string,
  suite: () => void,
): void {
  if (reason === null) {
    describe(title, suite);
  } else if (process.env['RSYNC_IO_REQUIRE_PEERS'] === '1') {
    describe(title, () => {
      it('can run', () => {
        throw new Error(`RSYNC_IO_REQUIRE_PEERS=1, but: ${reason}`);
      });
    });
  } else {
    describe.skip(`${title} — not run: ${reason}`, suite);
  }
}
