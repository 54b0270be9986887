import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The build-time flag. One name everywhere: export condition, subpath, `features.json`, define. */
export const FLAG = 'ssh-socketpair-stderr';

/** A run of a project's tests: with the flag off, with it on, or, where it cannot matter, the only run. */
export type TestRun = 'off' | 'on' | 'any';

/** A package or tool of the workspace. */
export interface Project {
  name: string;
  /** Absolute path. */
  folder: string;
  scripts: Record<string, string>;
  dependencies: string[];
  /** Tags for nx: one for the import rules, and `platform:unix` if the package works only on Unix. */
  tags: string[];
  /** The contents of `features.json`, in the packages that have one. */
  features: Record<string, boolean> | null;
}

const ROOT = path.resolve(import.meta.dirname, '..');

/** Every package and tool of the workspace. Compiled code must pass the root. */
export function workspaceProjects(root = ROOT): Project[] {
  const folders = ['packages', 'tools'].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(root, parent, name)),
  );
  return [...folders, path.join(root, 'examples')]
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .map((folder) => {
      const manifest = readJson(path.join(folder, 'package.json'));
      const features = path.join(folder, 'features.json');
      return {
        name: manifest.name,
        folder,
        scripts: manifest.scripts ?? {},
        dependencies: Object.keys(manifest.dependencies ?? {}),
        tags: manifest.nx?.tags ?? [],
        features: existsSync(features) ? readJson(features) : null,
      };
    });
}

/**
 * Whether the flag can change what a project does: it has a `features.json`, or is a package built on one that has.
 * Tools and examples choose the state of the flag themselves.
 */
function flagMatters(folder: string, projects: readonly Project[]): boolean {
  const project = projects.find((it) => it.folder === folder);
  if (!project) return false;
  if (project.features !== null) return true;
  if (path.dirname(folder) !== path.join(ROOT, 'packages')) return false;
  const uses = projects.filter(({ name }) => project.dependencies.includes(name));
  return uses.some((it) => flagMatters(it.folder, projects));
}

/** The mode of Vitest in a script that runs it, which chooses the tests; `undefined` in other scripts. */
export const testMode = (script = '') => /\bvitest run --mode (\w+)/.exec(script)?.[1];

/**
 * The runs of a project's tests in a mode of Vitest: one for each state of the flag where the flag matters, otherwise
 * a single one. Slow tests and those of commands run with the flag on only, because the programs that they start choose
 * its state themselves.
 * `RSYNC_IO_FLAG` limits the runs to one state.
 */
export function testRuns(
  folder: string,
  mode: string,
  projects: readonly Project[] = workspaceProjects(),
): TestRun[] {
  if (!flagMatters(folder, projects)) return ['any'];
  const only = process.env['RSYNC_IO_FLAG'];
  if (!only) return mode === 'slow' || mode === 'commands' ? ['on'] : ['off', 'on'];
  if (only === 'off' || only === 'on') return [only];
  throw new Error(`RSYNC_IO_FLAG is '${only}': set it to 'off' or 'on', or unset it for both`);
}

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
