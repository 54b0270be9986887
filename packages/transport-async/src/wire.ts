import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { WireActivity } from '@rsync-io/aux-channel/transport';
import { type TakeQueued, WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** Number of bytes transferred so far, from the caller's point of view. */
export interface WireProgress {
  readonly bytesReceived: number;
  /** Number of bytes that the kernel has accepted for the child's stdin. */
  readonly bytesSent: number;
  /**
   * Time at which bytes last arrived, or at which a watchdog or a call of `progress()` last noticed sent
   * bytes. Unit: milliseconds since the epoch.
   */
  readonly lastActivityAt: number;
}

/** The child's stdin and stdout, seen from this process. */
export class PipedWire implements WireActivity {
  readonly reader: WireReader;
  readonly writer: WireWriter;
  #looks = 0;

  /** @param takeQueued replaces the system's queue in tests */
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

  /**
   * The first received byte proves it. So does sending more bytes than the socket between here and ssh
   * can hold.
   */
  isConnected(): boolean {
    return this.reader.bytesReceived > 0 || this.writer.bytesSent > socketCapacity();
  }

  progress(): string {
    const { bytesReceived, bytesSent } = this.counters;
    // The peer is not idle while its bytes wait for the caller.
    if (this.reader.isBehind) this.#looks += 1;
    return `${bytesReceived} ${bytesSent} ${this.#looks}`;
  }

  hasEnded(): boolean {
    return this.reader.hasEnded;
  }

  /** A reader that has received everything but not the end still gets it. */
  dispose(reason: Error): void {
    this.writer.stdin.destroy();
    this.reader.interrupt(reason);
  }
}

/**
 * Linux's default for `net.core.wmem_default`, which is more than libuv's pipes hold elsewhere. Unit:
 * bytes.
 */
const DEFAULT_SEND_BUFFER_BYTES = 212_992;
let capacity: number | undefined;

/**
 * Maximum number of bytes that a socket accepts if its peer reads nothing. A Linux socket accepts
 * another whole buffer until it reaches its limit, so at most twice the limit.
 */
function socketCapacity(): number {
  capacity ??= 2 * Math.max(DEFAULT_SEND_BUFFER_BYTES, defaultSendBuffer());
  return capacity;
}

function defaultSendBuffer(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/wmem_default', 'latin1')) || 0;
  } catch {
    return 0;
  }
}
