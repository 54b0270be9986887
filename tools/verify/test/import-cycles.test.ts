import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { workspaceProjects } from '../../../config/flag.ts';

/* ESLint's `no-cycle` ignores `import type`; here a type import counts, too. */

const PACKAGES = path.resolve(import.meta.dirname, '../../../packages');

const packages = workspaceProjects().filter(({ folder }) => path.dirname(folder) === PACKAGES);
const sources = packages.map(({ name, folder }) => ({
  name,
  files: readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^src[\\/].*\.ts$/.test(file))
    .map((file) => path.join(folder, file)),
}));

it.each(sources)('no files of $name import each other in a circle', ({ files }) => {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  expect(files.flatMap((file) => cycleThrough(file, imports))).toEqual([]);
});

it('finds a circle of three', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  expect([...imports.keys()].flatMap((file) => cycleThrough(file, imports))).toEqual([
    'a → b → c → a',
    'b → c → a → b',
    'c → a → b → c',
  ]);
});

/** The relative imports of a file, as paths of TypeScript files. */
function importsOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'))
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => path.resolve(file, '..', fileName.replace(/\.js$/, '.ts')));
}

/** Describes the shortest cycle of imports through a file; empty if there is none. */
function cycleThrough(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const paths = [[start]];
  const seen = new Set<string>();
  for (let way = paths.shift(); way !== undefined; way = paths.shift()) {
    for (const next of imports.get(way.at(-1) ?? start) ?? []) {
      if (next === start)
        return [[...way, start].map((file) => path.basename(file, '.ts')).join(' → ')];
      if (!seen.has(next)) paths.push([...way, next]);
      seen.add(next);
    }
  }
  return [];
}
