export { stderrBackendContract } from './contracts/backend.js';
export { transportContract } from './contracts/transport/contract.js';
export type { TransportDriver } from './contracts/transport/driver.js';
export { makeAwkwardTree, treeDigest } from './fixtures/awkward-tree.js';
export { describeUnlessMissing, describeWithPeers } from './peers/describe-with-peers.js';
export { embeddedSshClient } from './peers/embedded-ssh-client-path.js';
export { startEmbeddedSshServer } from './peers/embedded-ssh-server.js';
export { findPeers, type PeerName } from './peers/find.js';
export { startOpenSshServer, type OpenSshServer } from './peers/openssh-server.js';
export { freePort } from './peers/ports.js';
export type { SshPeer } from './peers/ssh-files.js';
export {
  childProcesses,
  descendants,
  isAlive,
  openDescriptors,
  waitUntil,
} from './process-census.js';
export { actor, FAKE_SSH, program, type ProgramName } from './programs.js';
