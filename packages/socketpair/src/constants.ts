/** Numbers of one platform's system headers. */
export interface SocketConstants {
  readonly AF_UNIX: number;
  readonly SOCK_STREAM: number;
  /** Set at creation where the kernel can; `null`: by fcntl(F_SETFD) after it. */
  readonly SOCK_CLOEXEC: number | null;
  readonly SOL_SOCKET: number;
  readonly SO_SNDBUF: number;
  readonly FIONREAD: number;
  readonly F_SETFD: number;
  readonly FD_CLOEXEC: number;
  readonly SHUT_RD: number;
}

/** The same on every Unix that is supported here. */
const common = { AF_UNIX: 1, SOCK_STREAM: 1, F_SETFD: 2, FD_CLOEXEC: 1, SHUT_RD: 0 } as const;

/** `_IOR('f', 127, int)`: BSD sys/filio.h, and Linux on powerpc (arch/powerpc/include/uapi/asm/ioctls.h). */
const FIONREAD_BSD = 0x4004667f;

/** Linux: include/linux/net.h, include/uapi/asm-generic/{socket,ioctls}.h. glibc and musl agree. */
const linux: SocketConstants = {
  ...common,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_SNDBUF: 7,
  FIONREAD: 0x541b,
};

/** BSD: sys/socket.h, sys/filio.h. */
const bsd: SocketConstants = {
  ...common,
  SOCK_CLOEXEC: 0x10000000,
  SOL_SOCKET: 0xffff,
  SO_SNDBUF: 0x1001,
  FIONREAD: FIONREAD_BSD,
};

/** macOS has no SOCK_CLOEXEC (bsd/sys/socket.h of xnu). */
const darwin: SocketConstants = { ...bsd, SOCK_CLOEXEC: null };

/** OpenBSD's own value (sys/sys/socket.h); FreeBSD and NetBSD share the other one. */
const openbsd: SocketConstants = { ...bsd, SOCK_CLOEXEC: 0x8000 };

/**
 * Architectures whose Linux headers follow asm-generic. MIPS and SPARC number almost everything
 * differently, and no prebuilt FFI exists for them.
 */
const LINUX_GENERIC = new Set(['arm', 'arm64', 'ia32', 'loong64', 'riscv64', 's390x', 'x64']);

/** The constants of a platform; `null` where they are not known. Arguments as `process` has them. */
export function socketConstants(
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): SocketConstants | null {
  switch (platform) {
    case 'linux':
    case 'android':
      if (LINUX_GENERIC.has(arch)) return linux;
      return arch === 'ppc64' ? { ...linux, FIONREAD: FIONREAD_BSD } : null;
    case 'darwin':
      return darwin;
    case 'freebsd':
    case 'netbsd':
      return bsd;
    case 'openbsd':
      return openbsd;
    default:
      return null;
  }
}
