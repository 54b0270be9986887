import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mustRun, run } from '@rsync-io/kit/run';
import { FLAG, ROOT } from '@rsync-io/kit/workspace';
import { afterAll, beforeAll, expect, it } from 'vitest';

/*
 * Another Nx monorepo, with its own app and library, adopts the packages as docs/adopting.md describes. Each
 * test depends on those before it. The monorepo links to the packages that are installed here.
 */

const ESLINT_CONFIG = `import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

export default [
  {
    files: ['**/*.{js,ts}'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: [{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }] },
      ],
    },
  },
];
`;

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({ name, version: '0.0.0', type: 'module', ...more });

const FILES = {
  'package.json': JSON.stringify({ name: 'mono', private: true, workspaces: ['apps/*', 'libs/*'] }),
  'nx.json': '{}',
  '.gitignore': 'node_modules\n.nx\n',
  'eslint.config.mjs': ESLINT_CONFIG,
  'libs/own/package.json': manifest('@mono/own', { exports: './index.js' }),
  'libs/own/index.js': 'export default 1;\n',
  'apps/transfer/package.json': manifest('@mono/transfer', {
    dependencies: { '@mono/own': '*', '@rsync-io/transport-async': '*' },
  }),
  'apps/transfer/main.js':
    "import '@mono/own';\nimport { STDERR_CHANNEL } from '@rsync-io/transport-async';\nconsole.log(STDERR_CHANNEL);\n",
};
const ADOPT = ['g', path.join(ROOT, 'tools/adopt/generators.json:adopt')];
const TRANSPORT = 'rsync-io/packages/transport-async';

let folder: string;
const inFolder = (file: string) => path.join(folder, file);
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(inFolder(file)), { recursive: true });
  writeFileSync(inFolder(file), text);
};
const read = (file: string) => readFileSync(inFolder(file), 'utf8');

const { NX_TASK_TARGET_PROJECT: _, ...outside } = process.env;
const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
const inMonorepo = () => ({
  cwd: folder,
  env: { ...outside, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_WORKSPACE_ROOT_PATH: folder },
});
const nx = (...args: string[]) => mustRun(['npx', 'nx', ...args], inMonorepo());
const git = (...args: string[]) => mustRun(['git', ...identity, ...args], inMonorepo());
const commit = async () => {
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message', 'Change');
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-adopting-'));
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  mkdirSync(inFolder('node_modules'));
  for (const name of readdirSync(path.join(ROOT, 'node_modules'))) {
    if (name === '@rsync-io' || (name.startsWith('.') && name !== '.bin')) continue;
    symlinkSync(path.join(ROOT, 'node_modules', name), inFolder(`node_modules/${name}`));
  }
  await git('init', '--quiet', '--initial-branch=main');
  await commit();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('one command adds the packages, the boundaries and the settings of Changesets', async () => {
  await nx(...ADOPT);
  const adopted = JSON.parse(read('package.json')) as { workspaces: string[] };
  expect(adopted.workspaces).toEqual([
    'apps/*',
    'libs/*',
    'rsync-io/packages/*',
    'rsync-io/tools/*',
  ]);
  expect(read('eslint.config.mjs')).toContain('depConstraints: [...rsyncIo(), { sourceTag');
  expect(read('.changeset/config.json')).toContain('"updateInternalDependencies": "minor"');
  await commit();
  for (const parent of ['rsync-io/packages', 'rsync-io/tools', 'libs']) {
    const scope = parent === 'libs' ? '@mono' : '@rsync-io';
    mkdirSync(inFolder(`node_modules/${scope}`), { recursive: true });
    for (const name of readdirSync(inFolder(parent))) {
      symlinkSync(inFolder(`${parent}/${name}`), inFolder(`node_modules/${scope}/${name}`));
    }
  }
});

it('the command changes nothing at its second run', async () => {
  await nx(...ADOPT);
  expect(await git('status', '--porcelain')).toBe('');
});

it('a change of a package affects it and what depends on it, and a change of the app the app alone', async () => {
  const affected = async () =>
    (
      JSON.parse(await nx('show', 'projects', '--affected', '--base=HEAD', '--json')) as string[]
    ).sort();
  expect(await affected()).toEqual([]);
  write('apps/transfer/main.js', `${FILES['apps/transfer/main.js']}\n`);
  expect(await affected()).toEqual(['@mono/transfer']);
  write(`${TRANSPORT}/src/index.ts`, `${read(`${TRANSPORT}/src/index.ts`)}\n`);
  expect(await affected()).toEqual([
    '@mono/transfer',
    '@rsync-io/ssh',
    '@rsync-io/transport-async',
  ]);
  await git('checkout', '--quiet', '.');
});

it('a forbidden import fails the lint', async () => {
  const lint = () => run(['npx', 'eslint', `${TRANSPORT}/src`], inMonorepo());
  expect(await lint()).toMatchObject({ status: 0 });
  write(`${TRANSPORT}/src/planted.ts`, "export * from '@rsync-io/socketpair';\n");
  const { status, output } = await lint();
  expect(output).toContain('can only depend on libs tagged with "rsync-io:trait"');
  expect(status).toBe(1);
  rmSync(inFolder(`${TRANSPORT}/src/planted.ts`));
});

it.each([false, true])(
  'the app is built on the state of the flag in features.json: %s',
  async (on) => {
    write(`${TRANSPORT}/features.json`, JSON.stringify({ [FLAG]: on }));
    await nx('build', '@rsync-io/transport-async', '--outputStyle=static');
    const { output } = await run([process.execPath, 'apps/transfer/main.js'], inMonorepo());
    expect(output).toBe(`${on}\n`);
  },
);
