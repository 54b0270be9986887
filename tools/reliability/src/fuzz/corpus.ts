import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Coverage } from './coverage.ts';
import type { Target } from './targets.ts';

/** Apart from the targets themselves, which need the built packages. */
export const TARGET_NAMES = ['lines', 'forward', 'explain'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

const TOOL = path.join(import.meta.dirname, '../..');
const fileOf = (target: TargetName) => path.join(TOOL, 'corpus', `${target}.base64`);

/** Larger inputs are not kept: most reach new counts by their size alone. Unit: bytes. */
const MAX_KEPT = 4_096;

/** The kept inputs, one a line in base64. */
export const readCorpus = (target: TargetName): Buffer[] =>
  readFileSync(fileOf(target), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'base64'));

/** Replaces the corpus by the smallest inputs that together reach the same code. Returns their number. */
export async function writeCorpus(
  name: TargetName,
  inputs: readonly Buffer[],
  target: Target,
  isWatched: (url: string) => boolean,
): Promise<number> {
  await using coverage = await Coverage.start(isWatched);
  const kept: Buffer[] = [];
  const sorted = inputs.filter(({ length }) => length <= MAX_KEPT);
  for (const input of sorted.toSorted((a, b) => a.length - b.length || Buffer.compare(a, b))) {
    target(input);
    if (await coverage.learn()) kept.push(input);
  }
  writeFileSync(fileOf(name), kept.map((input) => `${input.toString('base64')}\n`).join(''));
  return kept.length;
}

/** Writes an input that breaks a target; returns the file. */
export function writeCrash(target: TargetName, input: Buffer): string {
  const folder = path.join(TOOL, 'crashes');
  mkdirSync(folder, { recursive: true });
  const hash = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const file = path.join(folder, `${target}-${hash}`);
  writeFileSync(file, input);
  return file;
}
