import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadNpm } from './release/npm.ts';
import { Project } from './release/project.ts';
import { type Registry, startRegistry } from './release/registry.ts';
import { readManifest, ReleasingWorkspace } from './release/workspace.ts';

/*
 * Releases the packages as the workflow does, to a local registry, and installs them as users do.
 * Each test depends on those before it, as releases do.
 */

const PACKAGES = readdirSync(path.join(ROOT, 'packages'));
const [TRAIT, SSH] = ['@rsync-io/aux-channel', '@rsync-io/ssh'];

let scratch: string;
let registry: Registry;
let workspace: ReleasingWorkspace;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'rsync-io release '));
  registry = await startRegistry();
  workspace = new ReleasingWorkspace(path.join(scratch, 'workspace'), registry);
  await workspace.publishKoffi(scratch);
});
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

/** The README's example with this file name. */
function example(file: string): string {
  const blocks = readFileSync(path.join(ROOT, 'README.md'), 'utf8').split(/^```\w*$/m);
  const found = blocks.find((block) => block.startsWith(`\n// ${file}`));
  if (found === undefined) throw new Error(`The README has no ${file}`);
  return found;
}

function newProject(name: string, manifest?: object): Project {
  const project = new Project(scratch, name, registry.env, manifest);
  for (const file of ['example.mjs', 'blocking.mjs']) project.write(file, example(file));
  return project;
}

async function expectExamplesToWork(project: Project): Promise<void> {
  expect(await project.node('example.mjs')).toEqual({
    status: 0,
    output: expect.stringMatching(/^(\[host\] tar: .*\n)?\d+ bytes$/) as string,
  });
  expect(await project.node('blocking.mjs')).toEqual({ status: 0, output: 'counted 12' });
}

/** Changelog entries without versions and commits. */
const body = (changelog: string) =>
  changelog.replace(/^## .*\n/, '').replace(/- [0-9a-f]{7}: /g, '- ');

describe('the first release', () => {
  it('is 1.0.0 of every package, with a changelog in the tarball', async () => {
    const versions = await workspace.release();
    expect(Object.values(versions)).toEqual(PACKAGES.map(() => '1.0.0'));
    for (const name of Object.keys(versions)) {
      expect(body(workspace.changelog(name))).toMatch(/### Major Changes\n\n- First release/);
    }
  });

  it('works in an empty npm project, in at most 4.9 MB and 9 packages', async () => {
    const project = newProject('npm project');
    await project.manage('npm', 'install', '--no-audit', '--strict-peer-deps', SSH);
    await expectExamplesToWork(project);
    expect(
      readFileSync(path.join(project.folder, 'node_modules', SSH, 'CHANGELOG.md'), 'utf8'),
    ).toContain('1.0.0');

    const files = readdirSync(path.join(project.folder, 'node_modules'), {
      recursive: true,
      encoding: 'utf8',
    })
      .map((file) => path.join(project.folder, 'node_modules', file))
      .filter((file) => statSync(file).isFile());
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    const packages = files.filter((file) =>
      /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
    );
    console.log(`${SSH}: ${bytes} bytes, ${files.length} files, ${packages.length} packages`);
    expect(packages.length).toBeLessThanOrEqual(9);
    expect(bytes).toBeLessThanOrEqual(4.9e6);
  });

  it.each(['pnpm', 'yarn'] as const)('works in an empty %s project', async (manager) => {
    const project = newProject(`${manager} project`);
    await project.manage(manager, 'add', SSH);
    await expectExamplesToWork(project);
  });

  it('has declarations that TypeScript 5.4 accepts without skipLibCheck', async () => {
    const project = newProject('typescript project', { type: 'module' });
    await project.manage('npm', 'install', '--no-audit', SSH);
    project.write(
      'use.ts',
      PACKAGES.map((name, index) => `export * as p${index} from '@rsync-io/${name}';\n`).join(''),
    );
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      types: ['node'],
      typeRoots: [path.join(ROOT, 'node_modules/@types')],
    };
    project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['use.ts'] }));
    const compiler = path.join(ROOT, 'tools/verify/node_modules/typescript/bin/tsc');
    expect(await project.node(compiler, '-p', '.')).toEqual({ status: 0, output: '' });
  });

  it.each([10, 11])(
    'works without optional dependencies and without a compiler, by npm %i, but for blocking calls',
    async (major) => {
      const npm = { file: await downloadNpm(major) };
      const project = newProject(`project without koffi by npm ${major}`);
      expect(await project.manage(npm, '--version')).toMatch(new RegExp(`^${major}\\.`));
      await project.manage(npm, 'install', '--no-audit', '--omit=optional', SSH);
      expect(project.copies('koffi')).toEqual([]);
      const { status, output } = await project.node('example.mjs');
      expect(output).toMatch(/\d+ bytes$/);
      expect(status).toBe(0);
      const blocking = await project.node('blocking.mjs');
      expect(blocking.status).toBe(1);
      expect(blocking.output).toMatch(
        /WireUnavailableError.*optional dependency koffi.*npm install koffi/s,
      );
    },
  );
});

describe('a patch of the trait', () => {
  it('releases the trait and @rsync-io/ssh, whose command contains it, and nothing else', async () => {
    const before = workspace.versions();
    await workspace.change({ [TRAIT]: 'patch', [SSH]: 'patch' }, 'The drain is fixed.');
    expect(await workspace.release()).toEqual({ ...before, [TRAIT]: '1.0.1', [SSH]: '1.0.1' });
    expect(body(workspace.changelog(TRAIT))).toBe(
      '\n### Patch Changes\n\n- The drain is fixed.\n\n',
    );
    expect(body(workspace.changelog(SSH))).toContain(
      '### Patch Changes\n\n- The drain is fixed.\n',
    );
  });

  it('leaves one copy of the trait in an installation that is upgraded', async () => {
    const project = new Project(scratch, 'upgraded project', registry.env, {
      dependencies: { [SSH]: '1.0.0', [TRAIT]: '1.0.0' },
    });
    await project.manage('npm', 'install', '--no-audit');
    project.write(
      'package.json',
      JSON.stringify({ private: true, dependencies: { [SSH]: '^1.0.0' } }),
    );
    await project.manage('npm', 'update', '--no-audit');
    const copies = project.copies(TRAIT);
    expect(copies).toEqual([path.join('node_modules', TRAIT)]);
    expect(readManifest(path.join(project.folder, copies[0] as string)).version).toBe('1.0.1');
  });

  it('is told apart by its errors even where two copies are installed', async () => {
    const project = new Project(scratch, 'split project', registry.env, {
      dependencies: { [SSH]: '1.0.1', [TRAIT]: '1.0.1' },
      overrides: { '@rsync-io/transport-async': { [TRAIT]: '1.0.0' } },
    });
    await project.manage('npm', 'install', '--no-audit');
    expect(project.copies(TRAIT)).toHaveLength(2);
    project.write(
      'use.mjs',
      `import { SpawnError } from '${TRAIT}';
      import { connect } from '${SSH}';
      const error = await connect('host', { program: '/nowhere' }).catch((error) => error);
      console.log(error instanceof SpawnError, error.constructor === SpawnError, error.code);`,
    );
    expect(await project.node('use.mjs')).toEqual({ status: 0, output: 'true false ENOENT' });
  });
});

describe('a minor of one transport', () => {
  it('releases that transport alone', async () => {
    const before = workspace.versions();
    const name = '@rsync-io/transport-sync';
    await workspace.change({ [name]: 'minor' }, 'A new call.');
    expect(await workspace.release()).toEqual({ ...before, [name]: '1.1.0' });
    expect(body(workspace.changelog(name))).toBe('\n### Minor Changes\n\n- A new call.\n\n');
  });
});

describe('a promoted flag', () => {
  const name = '@rsync-io/transport-async';

  it('is a minor of the package and of @rsync-io/ssh, and says what changes and how to go back', async () => {
    const before = workspace.versions();
    await workspace.run('npm', 'run', 'rollout', '--', 'promote', name, '--force');
    await workspace.commit('Promote the flag');
    const after = await workspace.release();
    expect(after).toEqual({ ...before, [name]: '1.1.0', [SSH]: '1.1.0' });
    for (const one of [name, SSH]) {
      expect(workspace.changelog(one)).toMatch(
        /### Minor Changes\n\n.*is on by default: .*\n +To go back, /,
      );
    }
  });

  it('is on in an installation of that release, and `backends: []` goes back', async () => {
    const project = newProject('promoted project');
    await project.manage('npm', 'install', '--no-audit', SSH);
    writeFileSync(
      path.join(project.folder, 'use.mjs'),
      `import { connect, STDERR_CHANNEL } from '${SSH}';
      const config = { remoteCommand: ['true'] };
      await using on = await connect('host', config);
      await using off = await connect('host', config, { backends: [] });
      console.log(STDERR_CHANNEL, on.stderrSnapshot().backend, off.stderrSnapshot().backend);`.replaceAll(
        'await using',
        'const',
      ),
    );
    expect(await project.node('use.mjs')).toEqual({ status: 0, output: 'true socketpair inherit' });
  });
});
