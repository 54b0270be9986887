import { type StderrLine, WARNING_QUEUE_CAPACITY } from '@rsync-io/aux-channel';
import { packLines } from '../packed-lines.js';
import type { LinesToPublish } from '../protocol.js';

/** Unit: bytes. */
const CAPACITY_BYTES = WARNING_QUEUE_CAPACITY * 1024;

/** Lines that wait until the main thread comes by to publish them. Bounded; what finds no room is counted. */
export class LineBacklog {
  #lines: StderrLine[] = [];
  #bytes = 0;
  #dropped = 0;

  /** Returns `false` when the line was dropped. */
  push(line: StderrLine): boolean {
    const { length } = line.bytes;
    const isFull =
      this.#lines.length >= WARNING_QUEUE_CAPACITY || this.#bytes + length > CAPACITY_BYTES;
    if (isFull) {
      this.#dropped += 1;
      return false;
    }
    this.#lines.push(line);
    this.#bytes += length;
    return true;
  }

  take(): LinesToPublish {
    const lines = packLines(this.#lines);
    this.#lines = [];
    this.#bytes = 0;
    return { lines, dropped: this.#dropped };
  }
}
