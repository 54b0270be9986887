/** Real programs that fail on purpose; apart from the contract suites, which need vitest. */
export { startBlackHole } from './corpus/fault-peers.js';
export { Lab, versions, type Captured } from './corpus/lab.js';
export { type OpenSshServer, startOpenSshServer } from './peers/openssh-server.js';
export { findPeers } from './peers/find.js';
export { childProcesses, isAlive, openDescriptors, waitUntil } from './process-census.js';
export { makeAwkwardTree, treeDigest } from './fixtures/awkward-tree.js';
export { startRsyncDaemon } from './corpus/rsync-daemon.js';
