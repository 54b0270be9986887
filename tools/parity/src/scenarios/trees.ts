import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Three small files. */
export function fewFiles(folder: string): void {
  for (const name of ['a', 'b', 'c'])
    writeFileSync(path.join(folder, name), `content of ${name}\n`);
}

/** A file of 400 kB, which takes a while at a limited rate, and then a small one. */
export function slowFiles(folder: string): void {
  writeFileSync(path.join(folder, 'a-first'), Buffer.alloc(400_000, 'slow'));
  writeFileSync(path.join(folder, 'z-last'), 'z');
}

/** Files that are only there: for `--delete`. */
export function emptyFiles(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) writeFileSync(path.join(folder, name), '');
}
