import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { UnsupportedError } from '@rsync-io/kit/command';
import { run } from '@rsync-io/kit/run';
import { CACHE } from '@rsync-io/kit/workspace';
import { linuxNode } from '../linux-node.ts';
import type { Platform } from '../platform.ts';

export const xnu: Platform = {
  about: `Runs the tests of the packages that use socket pairs with a preloaded library (xnu.c) that gives them the
behavior of XNU: small buffers, shutdown() that discards, EPIPE in place of ECONNRESET. It proves nothing about macOS.
Needs Linux and a C compiler (cc).`,
  nodes: ['22'],
  packages: ['socketpair', 'transport-async', 'transport-sync'],
  open: async (log) => {
    if (process.platform !== 'linux') throw new UnsupportedError('The library is for Linux.');
    const library = path.join(CACHE, 'xnu.so');
    mkdirSync(CACHE, { recursive: true });
    const source = path.join(import.meta.dirname, 'xnu.c');
    const options = ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library];
    const { status, output } = await run(['cc', ...options, source, '-ldl']);
    if (status === 127) throw new UnsupportedError('There is no C compiler (cc).');
    if (status !== 0) throw new Error(`cc failed:\n${output}`);
    const env = { LD_PRELOAD: library, RSYNC_IO_SMALL_SOCKETS: '1' };
    return (major) => linuxNode(major, log, { env });
  },
};
