import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { DRAIN_JOIN_TIMEOUT_MS } from '@rsync-io/aux-channel';
import { linuxNetSetting, type WireActivity } from '@rsync-io/aux-channel/transport';
import { type TakeQueued, WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** Number of bytes transferred so far, from the caller's point of view. */
export interface WireProgress {
  readonly bytesReceived: number;
  /** Number of bytes that the kernel has accepted for the child's stdin. */
  readonly bytesSent: number;
  /** Time of the last activity that was noticed. Unit: milliseconds since the epoch. */
  readonly lastActivityAt: number;
}

export class PipedWire implements WireActivity {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  #looks = 0;

  /** @param takeQueued replaced in tests */
  constructor(child: ChildProcess, label: string, takeQueued?: TakeQueued) {
    this.reader = new WireReader(child.stdout as Readable, label, takeQueued);
    this.writer = new WireWriter(child.stdin as Writable);
    // At the exit Node resumes unread streams in `child.stdio`, and so discards their data
    // (lib/internal/child_process.js, flushStdio).
    (child.stdio as (Readable | Writable | null)[])[1] = null;
  }

  get counters(): WireProgress {
    const { bytesReceived, receivedAt } = this.reader;
    const { bytesSent, sentAt } = this.writer;
    return { bytesReceived, bytesSent, lastActivityAt: Math.max(receivedAt, sentAt) };
  }

  /** The first received byte shows it, or more sent bytes than the socket to ssh can hold. */
  isConnected(): boolean {
    return this.reader.bytesReceived > 0 || this.writer.bytesSent > socketCapacity();
  }

  progress(): string {
    const { bytesReceived, bytesSent } = this.counters;
    // The peer is not idle while the caller has not read its bytes.
    if (this.reader.isBehind) this.#looks += 1;
    return `${bytesReceived} ${bytesSent} ${this.#looks}`;
  }

  hasEnded(): boolean {
    return this.reader.hasEnded;
  }

  /** Resolves when the reader has received everything or has stopped reading. */
  async readerKeepsUp(): Promise<void> {
    const { reader } = this;
    while (reader.isRead && !reader.isReadWhole) {
      const before = reader.readableLength;
      await delay(DRAIN_JOIN_TIMEOUT_MS);
      if (reader.readableLength === before) return;
    }
  }

  /** A reader that has received every byte still receives the end of the stream. */
  dispose(reason: Error): void {
    this.writer.stdin.destroy();
    this.reader.interrupt(reason);
  }
}

/** Linux's default for `net.core.wmem_default`; libuv's pipes hold less elsewhere. Unit: bytes. */
const DEFAULT_SEND_BUFFER_BYTES = 212_992;
let capacity: number | undefined;

/** The most that a socket accepts while its peer reads nothing: on Linux, up to twice its limit. */
function socketCapacity(): number {
  return (capacity ??= 2 * Math.max(DEFAULT_SEND_BUFFER_BYTES, linuxNetSetting('wmem_default')));
}
