import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TargetName } from './targets.js';

const TOOL = fileURLToPath(new URL('..', import.meta.url));
const folderOf = (target: TargetName) => path.join(TOOL, 'corpus', target);

/** Larger ones found their way by size alone, and would be a weight in the repository. Unit: bytes. */
const LARGEST_KEPT = 4_096;

/** The inputs that are kept, in the order of their names. */
export function readCorpus(target: TargetName): Buffer[] {
  const folder = folderOf(target);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(path.join(folder, name)));
}

/** Adds inputs under names of their content; returns how many are new. */
export function keep(target: TargetName, inputs: readonly Buffer[]): number {
  const known = new Set(readdirSync(folderOf(target)));
  let added = 0;
  for (const input of inputs) {
    const name = nameOf(input);
    if (input.length > LARGEST_KEPT || known.has(name)) continue;
    writeFileSync(path.join(folderOf(target), name), input);
    known.add(name);
    added += 1;
  }
  return added;
}

/** Where an input that broke something is written; returns the file. */
export function keepCrash(target: TargetName, input: Buffer): string {
  const folder = path.join(TOOL, 'crashes');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${target}-${nameOf(input)}`);
  writeFileSync(file, input);
  return file;
}

const nameOf = (input: Buffer) => createHash('sha256').update(input).digest('hex').slice(0, 12);
