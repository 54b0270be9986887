import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { mustRun } from '@rsync-io/kit/run';
import { CACHE, PACKAGES, ROOT } from '@rsync-io/kit/workspace';
import { createOnce } from './download.ts';
import { linuxNode } from './linux-node.ts';
import type { Log, Platform } from './platform.ts';
import { projectCopy } from './project-copy.ts';

/** Of Debian and Ubuntu: the package qemu-user-static. */
const QEMU = '/usr/bin/qemu-aarch64-static';
const INSTALL = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'];
const LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1'];

/**
 * Runs in its own user and mount namespaces: a binfmt_misc of its own (Linux 6.7) starts programs for arm64 in qemu,
 * and the libraries for arm64 are laid over /usr/lib. Nothing outside changes. Positional parameters: the libraries,
 * the command.
 */
const ENTER = `
  mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc &&
  printf '%s' ':arm64:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:${QEMU}:F' >/proc/sys/fs/binfmt_misc/register &&
  mount -t overlay overlay -o "lowerdir=$0/lib:$0/usr/lib:/usr/lib" /usr/lib &&
  exec "$@"`;

export const arm64: Platform = {
  about: `Runs the fast tests of the packages on Node for arm64, in qemu. Programs that the tests start, such as shells, are
those of this machine. Needs Linux x64 (6.7 or newer), root, apt and npm; the files stay in ~/.cache/rsync-io.`,
  // One version and the fast tests: in qemu, Node takes a second of processor time to start.
  nodes: ['22'],
  mode: 'fast',
  packages: PACKAGES.map(({ name }) => name),
  open: async (log) => {
    const isRoot = process.getuid?.() === 0;
    if (process.platform !== 'linux' || process.arch !== 'x64' || !isRoot) {
      throw new UnsupportedError(
        'qemu is set up by root on Linux x64 only. On arm64, run npm test.',
      );
    }
    if (!existsSync(QEMU)) await mustRun([...INSTALL, 'qemu-user-static']);
    const enter = ['unshare', '-r', '-m', 'sh', '-c', ENTER, await arm64Libraries(log)];
    const project = await projectCopy(ROOT, { os: 'linux', cpu: 'arm64' }, log);
    return (major) => linuxNode(major, log, { project, cpu: 'arm64', enter });
  },
};

/** Downloads Debian's C and C++ libraries for arm64. apt's own state does not change. */
const arm64Libraries = (log: Log): Promise<string> =>
  createOnce(path.join(CACHE, 'arm64-libraries'), async (folder) => {
    log('downloading the libraries for arm64');
    const apt = path.join(folder, 'apt');
    for (const name of ['lists/partial', 'cache/archives/partial', 'debs']) {
      mkdirSync(path.join(apt, name), { recursive: true });
    }
    const options = ['-qq', '-o', 'APT::Architecture=arm64', '-o', 'APT::Architectures=arm64'];
    options.push('-o', `Dir::State::Lists=${apt}/lists`, '-o', `Dir::Cache=${apt}/cache`);
    await mustRun(['apt-get', ...options, 'update']);
    const debs = path.join(apt, 'debs');
    await mustRun(['apt-get', ...options, 'download', ...LIBRARIES], { cwd: debs });
    for (const deb of readdirSync(debs)) {
      await mustRun(['dpkg-deb', '-x', path.join(debs, deb), folder]);
    }
    rmSync(apt, { recursive: true });
    return folder;
  });
