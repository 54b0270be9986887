import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { run } from '@rsync-io/kit/run';
import { CACHE, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { type Log, NodeUnavailableError, type Platform, SUITE_MS } from './platform.ts';
import { projectCopy } from './project-copy.ts';
import { unsupportedReason, windowsNode, wineRoot } from './wine-root.ts';

export const windows: Platform = {
  about: `Runs the tests of the packages with Windows code on Windows builds of Node, under Wine.
Needs Linux x64, root, apt and npm. The Wine root is created once, in ~/.cache/rsync-io.`,
  nodes: ['20', '22', '24', '26'],
  packages: PACKAGES.filter(({ tags }) => !tags.includes('platform:unix')).map(({ name }) => name),
  filters: { ssh: ['test/windows'] },
  open: async (log) => {
    const { project, node } = await openWine(log);
    return async (major) => {
      const { output, status } = await node(major, ['-p', 'process.version']);
      const version = /v\d+\.\d+\.\d+/.exec(output)?.[0];
      if (status !== 0 || version === undefined) {
        const message = `Node ${major} for Windows does not run (status ${status}):\n${output}`;
        throw new NodeUnavailableError(message);
      }
      const vitest = '../../node_modules/vitest/vitest.mjs';
      return {
        version,
        project,
        vitest: (name, args, env) =>
          node(major, [vitest, ...args], {
            cwd: `packages/${name}`,
            env,
            timeoutMs: SUITE_MS,
          }),
      };
    };
  },
};

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

const VARIABLES = {
  PATH: '/usr/bin:/bin',
  HOME: '/root',
  WINEPREFIX: '/root/wp',
  WINEDEBUG: '-all',
  WINEDLLOVERRIDES: 'mscoree,mshtml=',
};

interface WineOptions {
  /** Relative to the project. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Prints the output instead of returning it. */
  readonly show?: boolean;
  /** Includes the wait for another user of the Wine root. */
  readonly timeoutMs?: number;
}

/** Prepares Node for Windows under Wine, in a copy of the repository. Throws UnsupportedError. */
export async function openWine(log: Log) {
  const reason = unsupportedReason();
  if (reason !== null) throw new UnsupportedError(reason);
  const root = await wineRoot(log);
  const project = await projectCopy(ROOT, { os: 'win32', cpu: 'x64' }, log);

  /** Runs Node in a folder of the project. */
  const node = async (major: string, args: readonly string[], options: WineOptions = {}) => {
    const { cwd = '.', env, show = false, timeoutMs } = options;
    const program = await windowsNode(root, major, log);
    // Through files: Wine's start-up writes to fd 2 of its first user, and a pipe as Windows' stdout has no
    // end while Wine's server runs.
    const script = `cd "$0" && wine "$@" </dev/null >/tmp/out 2>/tmp/err; s=$?; cat /tmp/out; cat /tmp/err >&2; exit $s`;
    return run(
      [
        ...['flock', path.join(CACHE, 'wine.lock')],
        ...['unshare', '-m', '-p', '-f', '--propagation', 'private', '--kill-child'],
        ...['bash', '-c', ENTER, root, project],
        ...Object.entries({ ...VARIABLES, ...env }).map(([name, value]) => `${name}=${value}`),
        ...['sh', '-c', script, path.posix.join(INSIDE, cwd), program, ...args],
      ],
      { show, ...(timeoutMs !== undefined && { timeoutMs }) },
    );
  };
  /** `project` is the copy as this process sees it, where the files that a command writes are found. */
  return { project, node };
}
