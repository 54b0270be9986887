import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectWithTarballs } from './release/packed.ts';
import type { Project } from './release/project.ts';

/* The recipes of docs/bundling.md, with and without their `external`. */

const PROGRAM = `
import { connect, connectSync } from '@rsync-io/ssh/ssh-socketpair-stderr';
console.log('started');
const config = { remoteCommand: ['echo', 'hello'] };
const transport = await connect('host', config);
let output = '';
transport.stdout.on('data', (chunk) => (output += chunk));
await transport.wait();
console.log('connect:', output.trim());
const connection = connectSync('host', config);
const buffer = Buffer.alloc(100);
console.log('connectSync:', buffer.toString('utf8', 0, connection.read(buffer)).trim());
connection.wait();
`;

/** The file of each recipe in the docs, and the arguments with which Node runs it. */
const BUNDLERS = {
  esbuild: ['esbuild.mjs', 'esbuild.mjs'],
  rollup: ['rollup.config.mjs', 'node_modules/rollup/dist/bin/rollup', '-c', '--silent'],
  vite: ['vite.config.mjs', 'node_modules/vite/bin/vite.js', 'build'],
  webpack: ['webpack.config.mjs', 'webpack.mjs'],
};
type Bundler = keyof typeof BUNDLERS;

/** Does the same as `webpack-cli`. */
const WEBPACK_CLI = `
import webpack from 'webpack';
import config from './webpack.config.mjs';
webpack(config, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`;

let scratch: string;
let project: Project;
const inProject = (...file: string[]) => path.join(project.folder, ...file);

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'rsync-io bundling '));
  project = await projectWithTarballs(scratch);
  for (const name of Object.keys(BUNDLERS)) {
    symlinkSync(path.join(ROOT, 'node_modules', name), inProject('node_modules', name));
  }
  mkdirSync(inProject('src'));
  project.write('src/main.mjs', PROGRAM);
  project.write('webpack.mjs', WEBPACK_CLI);
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Creates `dist/main.mjs` by the recipe of the docs. `change` may edit the recipe. */
async function bundle(bundler: Bundler, change = (recipe: string) => recipe): Promise<void> {
  rmSync(inProject('dist'), { recursive: true, force: true });
  const [file = '', ...args] = BUNDLERS[bundler];
  const docs = readFileSync(path.join(ROOT, 'docs/bundling.md'), 'utf8');
  const recipe = docs.split(/^```\w*$/m).find((block) => block.startsWith(`\n// ${file}`));
  if (recipe === undefined) throw new Error(`docs/bundling.md has no ${file}`);
  project.write(file, change(recipe));
  expect(await project.node(...args)).toMatchObject({ status: 0 });
}

it.each(Object.keys(BUNDLERS) as Bundler[])('the recipe for %s works', async (bundler) => {
  await bundle(bundler);
  expect(readFileSync(inProject('dist/main.mjs'), 'utf8')).toContain('@rsync-io/ssh');
  expect(await project.node('dist/main.mjs')).toEqual({
    status: 0,
    output: 'started\nconnect: hello\nconnectSync: hello',
  });
});

// Without a plugin, rollup bundles no packages.
it.each(['esbuild', 'vite', 'webpack'] as const)(
  'without `external` in %s, connectSync is refused with the setting to change, and the program runs once',
  async (bundler) => {
    await bundle(bundler, (recipe) =>
      recipe
        .replace(/^ *externals?: \[.*\],\n/m, '')
        .replace(/ssr: \{ external: .* \}/, 'ssr: { noExternal: true }'),
    );
    // As on the machine that runs the bundle.
    renameSync(inProject('node_modules'), inProject('elsewhere'));
    try {
      await expectRefusal();
      const threadFile = 'elsewhere/@rsync-io/transport-sync/dist/drain-thread.js';
      copyFileSync(inProject(threadFile), inProject('dist/drain-thread.js'));
      await expectRefusal();
    } finally {
      renameSync(inProject('elsewhere'), inProject('node_modules'));
    }
  },
);

async function expectRefusal(): Promise<void> {
  const { status, output } = await project.node('dist/main.mjs');
  expect(output.match(/^started$/gm)).toHaveLength(1);
  expect(output).toMatch(/^connect: hello$/m);
  expect(output).toMatch(/^WireUnavailableError: .*@rsync-io as external in the bundler/m);
  expect(status).toBe(1);
}
