import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FLAG } from '@rsync-io/kit/workspace';

/** A package whose build depends on the flag. */
export interface FlaggedPackage {
  readonly name: string;
  readonly version: string;
  readonly isOn: boolean;
  /** Pending changesets that name the package. */
  readonly changesets: readonly string[];
  readonly featuresFile: string;
}

export function flaggedPackages(root: string): FlaggedPackage[] {
  const parent = path.join(root, 'packages');
  const pending = changesets(root);
  return readdirSync(parent)
    .sort()
    .map((name) => path.join(parent, name))
    .filter((folder) => existsSync(path.join(folder, 'features.json')))
    .map((folder): FlaggedPackage => {
      const featuresFile = path.join(folder, 'features.json');
      const { name, version } = readJson<{ name: string; version: string }>(
        path.join(folder, 'package.json'),
      );
      const isOn = readJson<Record<string, boolean>>(featuresFile)[FLAG] === true;
      const naming = pending.filter(({ text }) => text.includes(`'${name}':`));
      return { name, version, isOn, featuresFile, changesets: naming.map(({ file }) => file) };
    });
}

/** Changes one line. */
export function setFlag({ featuresFile }: FlaggedPackage, on: boolean): void {
  const text = readFileSync(featuresFile, 'utf8');
  const changed = text.replace(new RegExp(`("${FLAG}":\\s*)(true|false)`), `$1${on}`);
  if (changed === text) throw new Error(`${featuresFile} has no "${FLAG}" to change.`);
  writeFileSync(featuresFile, changed);
}

function changesets(root: string): { file: string; text: string }[] {
  const folder = path.join(root, '.changeset');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
}

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
