import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The root of the workspace. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');

/**
 * @typedef {object} Project
 * @property {string} name the package's name
 * @property {string} folder absolute
 * @property {Record<string, string>} scripts
 * @property {Record<string, boolean> | null} features `features.json`, where the package has one
 */

/**
 * Every package and tool of the workspace, in the order of a folder listing.
 *
 * @param {string} root
 * @returns {Project[]}
 */
export function projects(root = ROOT) {
  const folders = ['packages', 'tools'].flatMap((parent) => {
    const at = path.join(root, parent);
    if (!existsSync(at)) return [];
    return readdirSync(at)
      .sort()
      .map((name) => path.join(at, name));
  });
  folders.push(path.join(root, 'examples'));
  return folders
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => {
      const manifest = readJson(path.join(folder, 'package.json'));
      const features = path.join(folder, 'features.json');
      return {
        name: manifest.name,
        folder,
        scripts: manifest.scripts ?? {},
        features: existsSync(features) ? readJson(features) : null,
      };
    });
}

/** @param {string} file */
export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The command line of an installed tool, without a shell and without `npx`.
 *
 * @param {string} name the package, which is also the name of its command
 * @param {string[]} args
 */
export function toolCommand(name, ...args) {
  const folder = path.join(ROOT, 'node_modules', name);
  const { bin } = readJson(path.join(folder, 'package.json'));
  return [process.execPath, path.join(folder, typeof bin === 'string' ? bin : bin[name]), ...args];
}
