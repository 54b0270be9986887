/** Real programs that tests and demos use. */
export type PeerName =
  | 'ssh'
  | 'sshd'
  | 'rsync'
  | 'script'
  | 'strace'
  | 'tar'
  | 'chromium'
  | 'redis-server'
  | 'ansible'
  | 'clush'
  | 'zsh'
  | 'ksh'
  | 'mksh'
  | 'yash'
  | 'busybox';

/** A program that is installed. */
export interface Peer {
  readonly name: PeerName;
  readonly path: string;
  /** The first line of its version output. */
  readonly version: string;
}

export declare const PEERS: Readonly<
  Record<PeerName, [debianPackage: string, ...version: string[]]>
>;
export declare function findProgram(name: string): string | null;
export declare function findPeer(name: PeerName): Peer | null;
