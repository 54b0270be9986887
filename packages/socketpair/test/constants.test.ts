import { closeSync, readSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { socketConstants } from '../src/constants.js';
import { loadLibc } from '../src/libc.js';

describe('the constants', () => {
  it.each([
    ['linux', 'x64', { SOCK_CLOEXEC: 0x80000, SOL_SOCKET: 1, SO_SNDBUF: 7, FIONREAD: 0x541b }],
    ['linux', 'arm64', { SOCK_CLOEXEC: 0x80000, SOL_SOCKET: 1, SO_SNDBUF: 7, FIONREAD: 0x541b }],
    ['linux', 'ppc64', { SOL_SOCKET: 1, FIONREAD: 0x4004667f }],
    [
      'darwin',
      'arm64',
      { SOCK_CLOEXEC: null, SOL_SOCKET: 0xffff, SO_SNDBUF: 0x1001, FIONREAD: 0x4004667f },
    ],
    ['freebsd', 'x64', { SOCK_CLOEXEC: 0x10000000, SOL_SOCKET: 0xffff }],
    ['openbsd', 'x64', { SOCK_CLOEXEC: 0x8000 }],
  ] as const)('of %s on %s are those of its headers', (platform, arch, expected) => {
    expect(socketConstants(platform, arch)).toMatchObject(expected);
  });

  it.each([
    ['linux', 'mips'],
    ['win32', 'x64'],
    ['aix', 'ppc64'],
  ] as const)('of %s on %s are not known', (platform, arch) => {
    expect(socketConstants(platform, arch)).toBeNull();
  });
});

describe('the C library', () => {
  it('makes a pair that carries bytes, counts what is queued, and ends', () => {
    const libc = loadLibc();
    const [parent, child] = libc.socketpair();
    libc.setSendBuffer(child, 1_048_576);
    writeSync(child, Buffer.alloc(1_000, 'x'));
    expect(libc.queuedBytes(parent)).toBe(1_000);
    expect(readSync(parent, Buffer.alloc(400))).toBe(400);
    expect(libc.queuedBytes(parent)).toBe(600);
    libc.shutdownRead(parent);
    expect(() => writeSync(child, 'y')).toThrow(/EPIPE/);
    closeSync(parent);
    closeSync(child);
  });

  it('names the errno of a call that fails', () => {
    expect(() => loadLibc().queuedBytes(-1)).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'ioctl' }),
    );
  });
});
