import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { StreamEndpoint } from '@rsync-io/aux-channel/backend';

export class TcpLoopbackEndpoint extends StreamEndpoint {
  /** Number of foreign connections that were rejected while this pair was made. */
  readonly intruders: number;

  /** Takes ownership of the socket and the descriptor. */
  constructor(parent: Socket, childFd: number, intruders: number) {
    super({
      backend: 'tcp-loopback',
      childStdio: childFd,
      open: () => parent,
      closeChildEnd: () => closeSync(childFd),
      closeParentEnd: () => void parent.destroy(),
    });
    this.intruders = intruders;
  }
}
