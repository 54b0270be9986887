// Prints one line per peer, `name: version` or `name: absent`. Nx uses it as an input of the test target, so
// that installing or removing a peer invalidates cached results.
import { findPeer, PEERS } from '../../../../config/peers.js';

const names = /** @type {import('../../../../config/peers.d.ts').PeerName[]} */ (
  Object.keys(PEERS)
);
for (const name of names) {
  process.stdout.write(`${name}: ${findPeer(name)?.version ?? 'absent'}\n`);
}
