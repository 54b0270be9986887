/** Values from the system headers of one platform. */
export interface UnixConstants {
  /** Flag of socketpair(2); `null` if the platform has none, in which case fcntl(F_SETFD) is used. */
  readonly SOCK_CLOEXEC: number | null;
  /** Flag of dup3(2); `null` if the platform has no such call. */
  readonly O_CLOEXEC: number | null;
  readonly SOL_SOCKET: number;
  readonly SO_SNDBUF: number;
  /** Socket option that replaces MSG_NOSIGNAL; `null` if send(2) accepts that flag. */
  readonly SO_NOSIGPIPE: number | null;
  /** Flags of send(2) and recv(2). */
  readonly MSG_DONTWAIT: number;
  readonly MSG_NOSIGNAL: number;
  readonly FIONREAD: number;
  /** Command of fcntl(2). */
  readonly F_DUPFD_CLOEXEC: number;
  /** Number of bytes for which POLLOUT guarantees room. POSIX guarantees 512. */
  readonly PIPE_BUF: number;
  readonly nfds_t: 'unsigned long' | 'unsigned int';
}

/** The same on every supported Unix: sys/socket.h, fcntl.h, poll.h, sys/wait.h. */
export const common = {
  AF_UNIX: 1,
  SOCK_STREAM: 1,
  F_SETFD: 2,
  FD_CLOEXEC: 1,
  SHUT_RD: 0,
  WNOHANG: 1,
} as const;

/** `_IOR('f', 127, int)`: BSD sys/filio.h, and Linux on powerpc (arch/powerpc/include/uapi/asm/ioctls.h). */
const FIONREAD_BSD = 0x4004667f;

/**
 * Linux: include/linux/{net,socket}.h, include/uapi/asm-generic/{socket,ioctls}.h,
 * include/uapi/linux/{fcntl,limits}.h. glibc and musl agree.
 */
const linux: UnixConstants = {
  SOCK_CLOEXEC: 0o2000000,
  O_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_SNDBUF: 7,
  SO_NOSIGPIPE: null,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  FIONREAD: 0x541b,
  F_DUPFD_CLOEXEC: 1030,
  PIPE_BUF: 4096,
  nfds_t: 'unsigned long',
};

/** FreeBSD: sys/sys/{socket,filio,fcntl,syslimits}.h, sys/sys/poll.h. */
const freebsd: UnixConstants = {
  SOCK_CLOEXEC: 0x10000000,
  O_CLOEXEC: 0x100000,
  SOL_SOCKET: 0xffff,
  SO_SNDBUF: 0x1001,
  SO_NOSIGPIPE: null,
  MSG_DONTWAIT: 0x80,
  MSG_NOSIGNAL: 0x20000,
  FIONREAD: FIONREAD_BSD,
  F_DUPFD_CLOEXEC: 17,
  PIPE_BUF: 512,
  nfds_t: 'unsigned int',
};

const others: Partial<Record<NodeJS.Platform, UnixConstants>> = {
  freebsd,
  // macOS has neither SOCK_CLOEXEC nor dup3(2) nor, before macOS 15, MSG_NOSIGNAL (bsd/sys/socket.h of xnu).
  darwin: {
    ...freebsd,
    SOCK_CLOEXEC: null,
    O_CLOEXEC: null,
    SO_NOSIGPIPE: 0x1022,
    MSG_NOSIGNAL: 0,
    F_DUPFD_CLOEXEC: 67,
  },
  // NetBSD and OpenBSD: sys/sys/{socket,fcntl}.h.
  netbsd: { ...freebsd, O_CLOEXEC: 0x400000, MSG_NOSIGNAL: 0x400, F_DUPFD_CLOEXEC: 12 },
  openbsd: {
    ...freebsd,
    SOCK_CLOEXEC: 0x8000,
    O_CLOEXEC: 0x10000,
    MSG_NOSIGNAL: 0x400,
    F_DUPFD_CLOEXEC: 10,
  },
};

/** Linux on these follows asm-generic. koffi has no prebuilt binary for MIPS and SPARC, which do not. */
const LINUX_GENERIC = new Set(['arm', 'arm64', 'ia32', 'loong64', 'riscv64', 's390x', 'x64']);

/** Returns the constants of a platform, named as in `process.platform`; `null` if they are not known. */
export function unixConstants(
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): UnixConstants | null {
  const isLinux = platform === 'linux' || platform === 'android';
  if (!isLinux) return others[platform] ?? null;
  if (LINUX_GENERIC.has(arch)) return linux;
  return arch === 'ppc64' ? { ...linux, FIONREAD: FIONREAD_BSD } : null;
}
