import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cloneWorkspace } from '@rsync-io/kit/clone-workspace';
import { mustRun } from '@rsync-io/kit/run';
import { ROOT } from '@rsync-io/kit/workspace';
import type { Registry } from './registry.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;

/** A clone of this repository that releases its packages to a registry. */
export class ReleasingWorkspace {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, registry: Registry) {
    this.folder = folder;
    const identity = { NAME: 'Release test', EMAIL: 'test@example.org' };
    const git = Object.entries(identity).flatMap(([key, value]) =>
      ['AUTHOR', 'COMMITTER'].map((who) => [`GIT_${who}_${key}`, value]),
    );
    const { NX_TASK_TARGET_PROJECT: _, ...outside } = process.env;
    this.#env = {
      ...outside,
      ...Object.fromEntries(git),
      ...registry.env,
      CI: '1',
      npm_config_userconfig: `${folder}.npmrc`,
    };
    cloneWorkspace(folder);
    writeFileSync(`${folder}.npmrc`, registry.login);
  }

  run(...command: string[]): Promise<string> {
    return mustRun(command, { cwd: this.folder, env: this.#env });
  }

  /** Replaces the pending changesets by one. */
  async change(releases: Record<string, 'patch' | 'minor'>, text: string): Promise<void> {
    const lines = Object.entries(releases).map(([name, bump]) => `'${name}': ${bump}`);
    writeFileSync(
      path.join(this.folder, '.changeset/a-change.md'),
      `---\n${lines.join('\n')}\n---\n\n${text}\n`,
    );
    await this.commit(text);
  }

  async commit(message: string): Promise<void> {
    await this.run('git', 'add', '--all');
    await this.run('git', 'commit', '--quiet', '--no-verify', '--message', message);
  }

  /** Releases as the release workflow does. Returns the version of each package. */
  async release(): Promise<Record<string, string>> {
    await this.run('npm', 'run', 'version-packages');
    await this.commit('Version packages');
    await this.run('npm', 'run', 'release');
    return this.versions();
  }

  versions(): Record<string, string> {
    const manifests = readdirSync(path.join(this.folder, 'packages')).map((name) =>
      readManifest(path.join(this.folder, 'packages', name)),
    );
    return Object.fromEntries(manifests.map(({ name, version }) => [name, version]));
  }

  /** The newest entry of a package's changelog. */
  changelog(name: string): string {
    const file = path.join(this.folder, 'packages', name.replace(/^.*\//, ''), 'CHANGELOG.md');
    return readFileSync(file, 'utf8').split(/^(?=## )/m)[1] ?? '';
  }

  /** Publishes koffi as it is installed here, with its installed native packages. */
  async publishKoffi(scratch: string): Promise<void> {
    const koffi = path.join(ROOT, 'node_modules/koffi');
    const parts = readManifest(koffi).optionalDependencies ?? {};
    const installed = Object.entries(parts).filter(([name]) =>
      existsSync(path.join(ROOT, 'node_modules', name)),
    );
    for (const name of ['koffi', ...installed.map(([part]) => part)]) {
      const copy = path.join(scratch, 'publish');
      cpSync(path.join(ROOT, 'node_modules', name), copy, { recursive: true });
      const manifest = readManifest(copy);
      const optionalDependencies = name === 'koffi' ? Object.fromEntries(installed) : undefined;
      writeFileSync(
        path.join(copy, 'package.json'),
        JSON.stringify({ ...manifest, optionalDependencies }),
      );
      await this.run('npm', 'publish', copy, '--ignore-scripts', '--access', 'public');
      rmSync(copy, { recursive: true });
    }
  }
}
