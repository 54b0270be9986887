import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { run } from '@rsync-io/kit/run';
import { CACHE, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { type Log, NodeUnavailableError, type Platform } from './platform.ts';
import { projectCopy } from './project-copy.ts';
import { unsupportedReason, windowsNode, wineRoot } from './wine-root.ts';

export const windows: Platform = {
  about: `Runs the tests of the packages with Windows code on Windows builds of Node, under Wine.
Needs Linux x64, root, apt and npm. The Wine root is created once, in ~/.cache/rsync-io.
`,
  nodes: ['20', '22', '24'],
  packages: PACKAGES.filter(({ tags }) => !tags.includes('platform:unix')).map(({ name }) => name),
  filters: { ssh: ['test/windows'] },
  open: async (log) => {
    const wine = await Wine.open(log);
    return {
      node: async (major) => {
        const { output, status } = await wine.node(major, ['-p', 'process.version']);
        const version = /v\d+\.\d+\.\d+/.exec(output)?.[0];
        if (status !== 0 || version === undefined) {
          const message = `Node ${major} for Windows does not run (status ${status}):\n${output}`;
          throw new NodeUnavailableError(message);
        }
        return {
          version,
          project: wine.project,
          vitest: (name, args, env) =>
            wine.node(major, ['../../node_modules/vitest/vitest.mjs', ...args], {
              cwd: `packages/${name}`,
              env,
            }),
        };
      },
    };
  },
};

const WINDOWS = { name: 'Windows', os: 'win32', cpu: 'x64' } as const;

/** The project as Windows sees it is `Z:\w`. */
const INSIDE = '/w';

/**
 * Runs in its own mount and PID namespaces, so that mounts and processes (Wine's server, too) end with the
 * command. Positional parameters: the root, the project, the command.
 */
const ENTER = `
  mount -t proc proc "$0/proc" && mount --bind "$1" "$0${INSIDE}" &&
  while read -r workspace link; do mount --bind "$1/$workspace" "$0${INSIDE}/$link"; done <"$1/node_modules/.mounts" &&
  shift &&
  exec chroot "$0" env -i "$@"`;

/** Node for Windows under Wine, in a copy of the repository. */
export class Wine {
  /** The copy, as this process sees it; a command's output files are found there. */
  readonly project: string;
  readonly #root: string;
  readonly #log: Log;

  private constructor(root: string, project: string, log: Log) {
    this.#root = root;
    this.project = project;
    this.#log = log;
  }

  /** Throws UnsupportedError. */
  static async open(log: Log): Promise<Wine> {
    const reason = unsupportedReason();
    if (reason !== null) throw new UnsupportedError(reason);
    mkdirSync(CACHE, { recursive: true });
    return new Wine(await wineRoot(log), await projectCopy(ROOT, WINDOWS, log), log);
  }

  /** Runs Node in a folder of the project. `show` prints its output instead of returning it. */
  async node(
    major: string,
    args: readonly string[],
    { cwd = '.', env = {}, show = false }: WineOptions = {},
  ): Promise<{ status: number; output: string }> {
    const node = await windowsNode(this.#root, major, this.#log);
    const variables = {
      PATH: '/usr/bin:/bin',
      HOME: '/root',
      WINEPREFIX: '/root/wp',
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      ...env,
    };
    const folder = path.posix.join(INSIDE, cwd);
    // Through files: Wine's start-up writes to fd 2 of its first user, and a pipe as Windows' stdout has no
    // end while Wine's server runs.
    const script = `cd "$0" && wine "$@" </dev/null >/tmp/out 2>/tmp/err; s=$?; cat /tmp/out; cat /tmp/err >&2; exit $s`;
    return run(
      [
        ...['flock', path.join(CACHE, 'wine.lock')],
        ...['unshare', '-m', '-p', '-f', '--propagation', 'private', '--kill-child'],
        ...['bash', '-c', ENTER, this.#root, this.project],
        ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
        ...['sh', '-c', script, folder, node, ...args],
      ],
      { show },
    );
  }
}

interface WineOptions {
  /** Relative to the project. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly show?: boolean;
}
