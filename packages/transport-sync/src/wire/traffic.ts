import { ConnectionSlot, type Slots } from '../slots.js';

/** Number of bytes that a connection has transferred. Unit of times: milliseconds since the epoch. */
export interface Progress {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly lastActivityAt: number;
}

/** Counts the bytes of a wire, and stores the counts in the slots for the watchdogs of the drain thread. */
export class Traffic {
  readonly #progress = { bytesReceived: 0, bytesSent: 0, lastActivityAt: Date.now() };

  /** @param sendBufferBytes number of sent bytes above which the child must have read some */
  constructor(
    private readonly slots: Slots,
    private readonly sendBufferBytes: number,
  ) {}

  get progress(): Progress {
    return { ...this.#progress };
  }

  countReceived(bytes: number): void {
    this.#progress.bytesReceived += bytes;
    this.#count(ConnectionSlot.received, bytes);
  }

  countSent(bytes: number): void {
    this.#progress.bytesSent += bytes;
    this.#count(ConnectionSlot.sent, bytes);
    if (this.#progress.bytesSent > this.sendBufferBytes) {
      Atomics.store(this.slots, ConnectionSlot.sendingWorks, 1);
    }
  }

  #count(slot: number, bytes: number): void {
    this.#progress.lastActivityAt = Date.now();
    const before = Atomics.add(this.slots, slot, bytes);
    // 0 is reserved for "no bytes yet".
    if (((before + bytes) | 0) === 0) Atomics.add(this.slots, slot, 1);
  }
}
