// One line per peer, `name: version` or `name: absent`. Test results are cached under these lines, so
// they never outlive the installation or removal of a peer.
import { findPeer, PEERS } from './find.js';

for (const name of Object.keys(PEERS)) {
  process.stdout.write(`${name}: ${findPeer(name)?.version ?? 'absent'}\n`);
}
