import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './workspace.ts';

/**
 * Clones the last commit of this repository, with its installed dependencies as links. Nothing is built in
 * the clone.
 */
export function cloneWorkspace(folder: string): void {
  execFileSync('git', ['clone', '-q', '--no-hardlinks', ROOT, folder]);
  linkModules(ROOT, folder);
  linkModules(path.join(ROOT, 'examples'), path.join(folder, 'examples'));
  for (const parent of ['packages', 'tools']) {
    for (const name of readdirSync(path.join(folder, parent))) {
      linkModules(path.join(ROOT, parent, name), path.join(folder, parent, name));
    }
  }
}

function linkModules(from: string, to: string): void {
  const modules = path.join(from, 'node_modules');
  if (!existsSync(modules)) return;
  mkdirSync(path.join(to, 'node_modules'));
  for (const name of readdirSync(modules)) {
    const target = path.join(modules, name);
    const link = path.join(to, 'node_modules', name);
    // Links to workspace packages are relative; copied, they point into the clone.
    if (name === '@rsync-io') cpSync(target, link, { recursive: true, verbatimSymlinks: true });
    else if (!name.startsWith('.') || name === '.bin') symlinkSync(target, link);
  }
}
