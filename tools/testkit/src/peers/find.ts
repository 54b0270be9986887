import { findPeer, type Peer, type PeerName, PEERS } from '../../../../config/peers.js';

export { findProgram, type Peer, type PeerName } from '../../../../config/peers.js';
export type Peers = Readonly<Record<PeerName, Peer | null>>;

const found = new Map<PeerName, Peer | null>();
const peers = {} as Peers;
for (const name of Object.keys(PEERS) as PeerName[]) {
  const get = () => {
    if (!found.has(name)) found.set(name, findPeer(name));
    return found.get(name);
  };
  Object.defineProperty(peers, name, { enumerable: true, get });
}

/** Searches for a peer when it is first read, once per process. */
export const findPeers = (): Peers => peers;
