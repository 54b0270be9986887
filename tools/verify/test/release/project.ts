import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, run } from '@rsync-io/kit/run';
import { ROOT } from '@rsync-io/kit/workspace';

const MANAGERS = {
  npm: ['npm'],
  pnpm: [process.execPath, path.join(ROOT, 'node_modules/pnpm/bin/pnpm.cjs')],
  yarn: [process.execPath, path.join(ROOT, 'node_modules/yarn/bin/yarn.js')],
};
export type Manager = keyof typeof MANAGERS;

/**
 * An empty project of a user, with settings for its package manager. Its PATH has no compiler; its `ssh` runs the remote
 * command locally.
 */
export class Project {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(scratch: string, name: string, env: Record<string, string>, manifest: object = {}) {
    this.folder = path.join(scratch, name);
    const bin = path.join(this.folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const tool of ['npm', 'sh', 'tar', 'uname', 'wc'])
      symlinkSync(find(tool), path.join(bin, tool));
    symlinkSync(process.execPath, path.join(bin, 'node'));
    const remoteShell = path.join(ROOT, 'tools/testkit/src/programs/fake-remote-shell.mjs');
    const ssh = `#!/bin/sh\nexec '${process.execPath}' '${remoteShell}' "$@"\n`;
    writeFileSync(path.join(bin, 'ssh'), ssh, { mode: 0o755 });
    this.write('package.json', JSON.stringify({ private: true, ...manifest }));
    const { HOME, TMPDIR } = process.env;
    // Separate caches, because the same version has different contents in each run of the test.
    const caches = {
      npm_config_cache: path.join(scratch, 'npm-cache'),
      npm_config_store_dir: path.join(scratch, 'pnpm-store'),
      XDG_CACHE_HOME: path.join(scratch, 'cache'),
      XDG_DATA_HOME: path.join(scratch, 'data'),
      YARN_CACHE_FOLDER: path.join(scratch, 'yarn-cache'),
    };
    this.#env = { HOME, TMPDIR, PATH: bin, ...env, ...caches };
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  /** Runs a command of a package manager, which may be given by its JavaScript file. */
  manage(manager: Manager | { readonly file: string }, ...args: string[]): Promise<string> {
    const command =
      typeof manager === 'string' ? MANAGERS[manager] : [process.execPath, manager.file];
    return mustRun([...command, ...args], { cwd: this.folder, env: this.#env });
  }

  /** Runs a program of the project. */
  async node(...args: string[]): Promise<{ status: number; output: string }> {
    const { status, output } = await run([process.execPath, ...args], {
      cwd: this.folder,
      env: this.#env,
    });
    return { status, output: output.trim() };
  }

  /** Folders in which a package is installed. */
  copies(name: string): string[] {
    const installed = readdirSync(this.folder, { recursive: true, encoding: 'utf8' });
    return installed.filter((file) => file.endsWith(path.join('node_modules', name)));
  }
}

function find(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const folder = folders.find((one) => existsSync(path.join(one, program)));
  if (folder === undefined) throw new Error(`${program} is not on PATH`);
  return path.join(folder, program);
}
