// Prints one line per peer, `name: version` or `name: absent`. Nx uses it as an input of the test target, so
// that installing or removing a peer invalidates cached results.
import { findPeer, PEERS } from './find.js';

for (const name of Object.keys(PEERS)) {
  process.stdout.write(`${name}: ${findPeer(name)?.version ?? 'absent'}\n`);
}
