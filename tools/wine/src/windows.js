import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { NotHereError } from '@rsync-io/command';
import { CACHE } from './cache.js';
import { projectCopy } from './project-copy.js';
import { run } from './run.js';
import { obstacle, windowsNode, wineRoot } from './wine-root.js';

/** The root of the checkout. */
export const CHECKOUT = path.resolve(import.meta.dirname, '../../..');

/** Seen from Windows, the copy of the project is `Z:\w`; its parent process sees it in {@link Windows.project}. */
const INSIDE = '/w';

/**
 * Enters namespaces of its own, so that mounts and processes (Wine's server too) end with the command.
 * Positional parameters: the root, the project, then the command.
 */
const ENTER = `
  mount -t proc proc "$0/proc" && mount --bind "$1" "$0${INSIDE}" &&
  while read -r workspace link; do mount --bind "$1/$workspace" "$0${INSIDE}/$link"; done <"$1/node_modules/.mounts" &&
  shift &&
  exec chroot "$0" env -i "$@"`;

/** Windows Node under Wine, on a copy of the checkout. */
export class Windows {
  #root;
  #nodes = new Map();

  /** @param {string} root @param {string} project @param {(text: string) => void} tell */
  constructor(root, project, tell) {
    this.#root = root;
    /** The copy of the project, as this process sees it: results that a command writes are found there. */
    this.project = project;
    this.tell = tell;
  }

  /**
   * @param {(text: string) => void} tell progress, one line at a time
   * @throws NotHereError
   */
  static async open(tell) {
    const reason = obstacle();
    if (reason !== null) throw new NotHereError(reason);
    mkdirSync(CACHE, { recursive: true });
    return new Windows(await wineRoot(tell), await projectCopy(CHECKOUT, tell), tell);
  }

  /**
   * Runs Windows Node with these arguments in a folder of the project.
   *
   * @param {string} major Node's major version
   * @param {string[]} args
   * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean }} options
   *   `cwd` is relative to the project
   * @returns {Promise<{ status: number, output: string }>}
   */
  async node(major, args, { cwd = '.', env = {}, show = false } = {}) {
    let node = this.#nodes.get(major);
    if (node === undefined) {
      node = await windowsNode(this.#root, major, this.tell);
      this.#nodes.set(major, node);
    }
    const variables = {
      PATH: '/usr/bin:/bin',
      HOME: '/root',
      WINEPREFIX: '/root/wp',
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      ...env,
    };
    const folder = path.posix.join(INSIDE, cwd);
    // Wine's own start-up writes to fd 2 of whoever is first; and a pipe of ours as Windows' stdout
    // loses its end when the server lives on. So: through files.
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

/**
 * For tools that have a Windows part: builds nothing, copies the checkout, and runs it there.
 *
 * @param {{ node?: string, args: string[], env?: Record<string, string>, tell?: (text: string) => void }} options
 * @returns {Promise<{ status: number, project: string }>} `project`: where the files are that it wrote
 * @throws NotHereError
 */
export async function runOnWindows({ node = '22', args, env = {}, tell = () => {} }) {
  const windows = await Windows.open(tell);
  const { status } = await windows.node(node, args, { env, show: true });
  return { status, project: windows.project };
}
