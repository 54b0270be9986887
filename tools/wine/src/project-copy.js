import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { run } from './run.js';
import { CACHE } from './cache.js';

/**
 * A copy of the checkout as it is now (with what git does not know yet, and what was built), with
 * the dependencies that npm installs on Windows.
 *
 * @param {string} checkout
 * @param {(text: string) => void} tell
 * @returns {Promise<string>} its folder, one for each checkout
 */
export async function projectCopy(checkout, tell) {
  const copy = path.join(CACHE, `project-${digest(checkout).slice(0, 8)}`);
  mkdirSync(copy, { recursive: true });
  const installed = path.join(copy, 'node_modules', '.installed-from');
  const wanted = digest(readFileSync(path.join(checkout, 'package-lock.json')));
  const stale = !existsSync(installed) || readFileSync(installed, 'utf8') !== wanted;

  for (const name of readdirSync(copy)) {
    if (stale || name !== 'node_modules') rmSync(path.join(copy, name), { recursive: true });
  }
  for (const file of await filesOf(checkout)) {
    const target = path.join(copy, file);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(checkout, file), target, { recursive: true });
  }
  if (stale) {
    tell('installing what npm installs on Windows');
    const npm = [
      'npm',
      'ci',
      '--os=win32',
      '--cpu=x64',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ];
    const { status, output } = await run(npm, { cwd: copy });
    if (status !== 0) throw new Error(`npm ci for Windows failed:\n${output}`);
    writeFileSync(installed, wanted);
  }
  writeFileSync(path.join(copy, 'node_modules', '.mounts'), mountWorkspaces(copy));
  return copy;
}

/**
 * npm links the workspace's packages into `node_modules`. Wine shows a link as the folder that it
 * leads to, but some calls see through it: then one file has two names, and a module is loaded twice.
 * So the links become empty folders, over which the packages are mounted.
 *
 * @param {string} copy
 * @returns {string} lines of `WORKSPACE LINK`, relative to the copy
 */
function mountWorkspaces(copy) {
  const { packages } = JSON.parse(readFileSync(path.join(copy, 'package-lock.json'), 'utf8'));
  const links = Object.entries(
    /** @type {Record<string, { link?: true, resolved: string }>} */ (packages),
  )
    .filter(([, { link }]) => link)
    .map(([at, { resolved }]) => ({ at, resolved }));
  for (const { at } of links) {
    const folder = path.join(copy, at);
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
    mkdirSync(folder, { recursive: true });
  }
  return links.map(({ at, resolved }) => `${resolved} ${at}\n`).join('');
}

/** @param {string} checkout */
async function filesOf(checkout) {
  const { status, output } = await run(
    ['git', '-c', 'core.quotepath=off', 'ls-files', '-co', '--exclude-standard'],
    { cwd: checkout },
  );
  if (status !== 0) throw new Error(`git ls-files failed: ${output}`);
  const files = output
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(checkout, file)));
  const folders = [
    ...new Set(files.filter((f) => f.endsWith('/package.json')).map((f) => path.dirname(f))),
  ];
  const built = folders
    .map((f) => path.join(f, 'dist'))
    .filter((f) => existsSync(path.join(checkout, f)));
  return [...files, ...built];
}

/** @param {string | Buffer} data */
const digest = (data) => createHash('sha256').update(data).digest('hex');
