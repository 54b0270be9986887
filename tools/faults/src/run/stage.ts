import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where all cases of a run have their folders. */
export class Stage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-faults-'));
  #next = 0;

  /** A folder with the bytes that a case sends and writes. */
  case(wireBytes: number, payloadBytes: number): string {
    const folder = path.join(this.folder, String((this.#next += 1)));
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'wire'), payloadOf(wireBytes, 'wire'));
    writeFileSync(path.join(folder, 'payload'), payloadOf(payloadBytes, 'line'));
    return folder;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Numbered lines, cut at exactly so many bytes: a lost, repeated or moved byte is no other line. */
export function payloadOf(bytes: number, word: string): Buffer {
  const lines: string[] = [];
  for (let length = 0, i = 0; length < bytes; i++) {
    const line = `${word} ${String(i).padStart(7, '0')}\n`;
    length += line.length;
    lines.push(line);
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}
