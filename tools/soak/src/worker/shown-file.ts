import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

/** A file that one connection after the other forwards to. */
export class ShownFile {
  readonly descriptor: number;

  constructor(name: string) {
    this.descriptor = openSync(name, 'a+');
  }

  /** What was forwarded to it, which is then gone from it. */
  take(): Buffer {
    const bytes = Buffer.alloc(fstatSync(this.descriptor).size);
    for (let at = 0; at < bytes.length;) {
      at += readSync(this.descriptor, bytes, at, bytes.length - at, at);
    }
    ftruncateSync(this.descriptor, 0);
    // Where the connection before left its line unfinished, that is ended first. No child begins with it.
    return bytes[0] === 0x0a ? bytes.subarray(1) : bytes;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
