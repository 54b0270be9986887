import { describe, expect, it } from 'vitest';
import { bindUnix } from '../../src/native/unix.js';
import { unixConstants } from '../../src/native/unix-constants.js';

describe('the constants', () => {
  it.each([
    ['linux', 'x64', { SOCK_CLOEXEC: 0x80000, SOL_SOCKET: 1, SO_SNDBUF: 7, PIPE_BUF: 4096 }],
    ['linux', 'arm64', { SOCK_CLOEXEC: 0x80000, MSG_NOSIGNAL: 0x4000, FIONREAD: 0x541b }],
    ['linux', 'ppc64', { SOL_SOCKET: 1, FIONREAD: 0x4004667f, PIPE_BUF: 4096 }],
    ['darwin', 'arm64', { SOCK_CLOEXEC: null, SO_NOSIGPIPE: 0x1022, MSG_NOSIGNAL: 0 }],
    ['darwin', 'x64', { SOL_SOCKET: 0xffff, SO_SNDBUF: 0x1001, FIONREAD: 0x4004667f }],
    ['freebsd', 'x64', { SOCK_CLOEXEC: 0x10000000, MSG_NOSIGNAL: 0x20000, PIPE_BUF: 512 }],
    ['netbsd', 'x64', { SOCK_CLOEXEC: 0x10000000, MSG_NOSIGNAL: 0x400 }],
    ['openbsd', 'x64', { SOCK_CLOEXEC: 0x8000, MSG_NOSIGNAL: 0x400 }],
  ] as const)('of %s on %s are those of its headers', (platform, arch, expected) => {
    expect(unixConstants(platform, arch)).toMatchObject(expected);
  });

  it.each([
    ['linux', 'mips'],
    ['win32', 'x64'],
    ['aix', 'ppc64'],
  ] as const)('of %s on %s are not known, which binding reports', (platform, arch) => {
    expect(unixConstants(platform, arch)).toBeNull();
    expect(() => bindUnix({} as never, platform, arch)).toThrow(`${platform} on ${arch}`);
  });
});
