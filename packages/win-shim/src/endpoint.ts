import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';

/** Both ends of one authenticated pair, each closed exactly once. */
export class TcpLoopbackEndpoint implements StderrEndpoint {
  readonly backend = 'tcp-loopback';
  readonly childStdio: number;
  /** Connections of others that were turned away while this pair was made. */
  readonly intruders: number;
  readonly #parent: Socket;
  #childOpen = true;

  /** Takes over the socket and the descriptor. */
  constructor(parent: Socket, childFd: number, intruders: number) {
    this.#parent = parent;
    this.childStdio = childFd;
    this.intruders = intruders;
  }

  attach(_child: ChildProcess): Readable {
    this.#closeChildEnd();
    return this.#parent;
  }

  shutdownRead(): void {
    // `end()` would leave a process that holds the child's end writing for ever.
    this.#parent.destroy();
  }

  dispose(): void {
    this.#closeChildEnd();
    this.#parent.destroy();
  }

  #closeChildEnd(): void {
    if (!this.#childOpen) return;
    this.#childOpen = false;
    closeSync(this.childStdio);
  }
}
