import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const BYTES = 1_048_576;
const LINES = 32_768;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The output of children: slices of two files whose content tells the position, so that a lost, repeated, moved or
 * changed byte cannot go unnoticed. `bytes` is binary, `lines` is text.
 */
export interface Material {
  readonly folder: string;
  readonly bytes: Buffer;
  readonly lines: Buffer;
  /** Every line of `lines`, without its line end, and its number. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly files: { readonly bytes: string; readonly lines: string };
  dispose(): void;
}

/** Writes the two files into a temporary folder. The caller disposes of it. */
export function createMaterial(): Material {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-material-'));
  const bytes = Buffer.alloc(BYTES);
  for (let i = 0; i < BYTES; i += 4) bytes.writeUInt32BE(Math.imul(i, 2_654_435_761) >>> 0, i);
  const numbers = new Map<string, number>();
  for (let i = 0; i < LINES; i++) numbers.set(`${i}:${LETTERS.slice(0, (i * 7) % 61)}`, i);
  const lines = Buffer.from([...numbers.keys()].map((line) => `${line}\n`).join(''));
  const files = { bytes: path.join(folder, 'bytes'), lines: path.join(folder, 'lines') };
  writeFileSync(files.bytes, bytes);
  writeFileSync(files.lines, lines);
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  return { folder, bytes, lines, numbers, files, dispose };
}
