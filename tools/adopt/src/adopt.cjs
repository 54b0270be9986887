'use strict';

const { readdirSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');

/* Needs nothing but Node and the `Tree` that Nx passes: the checkout it runs from may have nothing installed. */

/** @typedef {{ exists(file: string): boolean, read(file: string, encoding: 'utf8'): string, write(file: string, content: Buffer | string, options?: { mode: number }): void }} Tree */
/** @typedef {Record<string, any>} Json */

const CHECKOUT = path.resolve(__dirname, '../../..');
const COPIED = ['packages', 'tools/testkit', 'config', 'tsconfig.base.json', 'tsconfig.build.json'];
const NOT_COPIED = new Set(['node_modules', 'dist', 'test-results', 'CHANGELOG.md']);
/** What builds and tests the packages, with the versions of this repository where the workspace has none. */
const TOOLS = ['@changesets/cli', '@types/node', 'tsup', 'typescript', 'vite', 'vitest'];
const CHANGESETS = '.changeset/config.json';

/**
 * Adds the packages to the workspace, or updates those that an earlier run has added. Returns what Nx calls
 * when everything is written.
 * @param {Tree} tree
 * @param {{ directory?: string }} options
 */
module.exports = function adopt(tree, { directory = 'rsync-io' }) {
  for (const entry of COPIED) copy(tree, path.join(CHECKOUT, entry), `${directory}/${entry}`);
  tree.write(`${directory}/.gitignore`, 'dist/\ntest-results/\n');
  const checkout = readJson(path.join(CHECKOUT, 'package.json'));

  edit(tree, 'package.json', (manifest) => ({
    ...manifest,
    workspaces: union(manifest['workspaces'], [`${directory}/packages/*`, `${directory}/tools/*`]),
    devDependencies: {
      ...Object.fromEntries(TOOLS.map((name) => [name, checkout['devDependencies'][name]])),
      ...manifest['devDependencies'],
    },
  }));
  const ours = readJson(path.join(CHECKOUT, CHANGESETS));
  edit(tree, CHANGESETS, (theirs) => ({ ...ours, ...theirs }));
  const byHand = [...addBoundaries(tree, directory), ...buildOrder(tree)];
  return () => console.log([...byHand, 'Now install, and run: nx run-many -t build'].join('\n'));
};

/** @param {Tree} tree @param {string} from @param {string} to */
function copy(tree, from, to) {
  if (NOT_COPIED.has(path.basename(from))) return;
  if (statSync(from).isDirectory()) {
    for (const name of readdirSync(from)) copy(tree, path.join(from, name), `${to}/${name}`);
    return;
  }
  const { mode } = statSync(from);
  const text = readFileSync(from);
  const isManifest = /\/(?:packages|tools)\/[^/]+\/package\.json$/.test(to);
  tree.write(to, isManifest ? withTargets(to, text.toString()) : text, { mode });
}

/**
 * A package's manifest with targets that do not depend on the `nx.json` of the workspace.
 * @param {string} file
 * @param {string} text
 */
function withTargets(file, text) {
  const manifest = JSON.parse(text);
  const inputs = [
    'default',
    '^default',
    `{workspaceRoot}/${file.replace(/\/(packages|tools)\/.*/, '')}/config/**/*`,
  ];
  manifest.nx.targets = {
    build: { dependsOn: ['^build'], inputs, outputs: ['{projectRoot}/dist'], cache: true },
    test: { dependsOn: ['build'], inputs, outputs: ['{projectRoot}/test-results'], cache: true },
  };
  manifest.scripts = { build: 'tsup && tsc --build', test: manifest.scripts.test };
  return format(manifest);
}

/**
 * Adds the boundaries to ESLint's flat configuration. Returns what is left to do by hand.
 * @param {Tree} tree
 * @param {string} directory
 * @returns {string[]}
 */
function addBoundaries(tree, directory) {
  const file = ['js', 'mjs'].map((end) => `eslint.config.${end}`).find((it) => tree.exists(it));
  const importLine = `import { depConstraints as rsyncIo } from './${directory}/config/boundaries.mjs';\n`;
  const ignored = `{ ignores: ['**/dist', '${directory}/**/test', '${directory}/**/*.config.ts', '${directory}/config'] },`;
  const text = file === undefined ? '' : tree.read(file, 'utf8');
  if (text.includes('/config/boundaries.mjs')) return [];
  const added = text
    .replace(/depConstraints: \[/, '$&...rsyncIo(), ')
    .replace(/export default (?:\w+\()?\[?/, `$&\n  ${ignored}`);
  if (file === undefined || !added.includes('...rsyncIo(),') || !added.includes(ignored)) {
    return [
      `Add to the configuration of ESLint:\n${importLine}${ignored}\ndepConstraints: [...rsyncIo()]`,
    ];
  }
  tree.write(file, importLine + added);
  return [];
}

/**
 * The order of the workspace's own builds, which the generator does not change.
 * @param {Tree} tree
 * @returns {string[]}
 */
function buildOrder(tree) {
  const nx = tree.exists('nx.json') ? JSON.parse(tree.read('nx.json', 'utf8')) : {};
  if (nx.targetDefaults?.build?.dependsOn?.includes('^build')) return [];
  const wanted = '{ "targetDefaults": { "build": { "dependsOn": ["^build"] } } }';
  return [`For builds that import the packages, add to nx.json: ${wanted}`];
}

/** @param {Tree} tree @param {string} file @param {(json: Json) => Json} change */
function edit(tree, file, change) {
  tree.write(file, format(change(tree.exists(file) ? JSON.parse(tree.read(file, 'utf8')) : {})));
}

/** @param {string} file @returns {Json} */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** @param {Json} json */
const format = (json) => `${JSON.stringify(json, null, 2)}\n`;

/** @param {string[] | undefined} some @param {string[]} more */
const union = (some, more) => [...new Set([...(some ?? []), ...more])];
