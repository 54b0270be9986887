/** Real programs that fail on purpose; apart from the contract suites, which need vitest. */
export { startBlackHole, startRelay, type FaultPeer, type Relay } from './corpus/fault-peers.js';
export { Lab, versions, type Captured, type RunOptions } from './corpus/lab.js';
export { type OpenSshServer, startOpenSshServer } from './peers/openssh-server.js';
export { findPeers } from './peers/find.js';
export { childProcesses, isAlive, openDescriptors, waitUntil } from './process-census.js';
export { makeAwkwardTree, treeDigest } from './fixtures/awkward-tree.js';
export { startRsyncDaemon, type RsyncDaemon } from './corpus/rsync-daemon.js';
