export { stderrBackendContract, type BackendCapabilities } from './contracts/backend.js';
export { transportContract } from './contracts/transport/contract.js';
export type {
  ContractOptions,
  TransportDriver,
  TransportUnderTest,
} from './contracts/transport/driver.js';
export { makeAwkwardTree, treeDigest, type TreeSize } from './fixtures/awkward-tree.js';
export { describeUnlessMissing, describeWithPeers } from './peers/describe-with-peers.js';
export { embeddedSshClient } from './peers/embedded-ssh-client-path.js';
export {
  startEmbeddedSshServer,
  type EmbeddedSshServerOptions,
} from './peers/embedded-ssh-server.js';
export { findPeers, type Peer, type PeerName, type Peers } from './peers/find.js';
export {
  startOpenSshServer,
  type OpenSshServer,
  type OpenSshServerOptions,
} from './peers/openssh-server.js';
export { freePort } from './peers/ports.js';
export type { SshPeer } from './peers/ssh-peer.js';
export {
  childProcesses,
  descendants,
  isAlive,
  openDescriptors,
  waitUntil,
  type WaitOptions,
} from './process-census.js';
export { actor, FAKE_SSH, program, type ProgramName } from './programs.js';
