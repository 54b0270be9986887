import { ConnectionSlot, type Slots } from '../slots.js';

/** Number of bytes that a connection has transferred. Unit of times: milliseconds since the epoch. */
export interface Progress {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly lastActivityAt: number;
}

/** Counts the bytes of a wire, also in the slots, where the watchdogs of the drain thread read them. */
export class Traffic {
  readonly #slots: Slots;
  /** Number of sent bytes above which the child must have read some. */
  readonly #sendBufferBytes: number;
  #received = 0;
  #sent = 0;
  #lastActivityAt = Date.now();

  constructor(slots: Slots, sendBufferBytes: number) {
    this.#slots = slots;
    this.#sendBufferBytes = sendBufferBytes;
  }

  get progress(): Progress {
    return {
      bytesReceived: this.#received,
      bytesSent: this.#sent,
      lastActivityAt: this.#lastActivityAt,
    };
  }

  countReceived(bytes: number): void {
    this.#received += bytes;
    this.#count(ConnectionSlot.received, bytes);
  }

  countSent(bytes: number): void {
    this.#sent += bytes;
    this.#count(ConnectionSlot.sent, bytes);
    if (this.#sent > this.#sendBufferBytes) {
      Atomics.store(this.#slots, ConnectionSlot.sendingWorks, 1);
    }
  }

  #count(slot: number, bytes: number): void {
    this.#lastActivityAt = Date.now();
    const before = Atomics.add(this.#slots, slot, bytes);
    // 0 means that nothing has moved yet.
    if (((before + bytes) | 0) === 0) Atomics.add(this.#slots, slot, 1);
  }
}
