/** Numbers of one platform's system headers. */
export interface WireConstants {
  /** For socketpair(2); `null`: it takes no such flag, and fcntl(F_SETFD) has to do. */
  readonly SOCK_CLOEXEC: number | null;
  readonly FIONREAD: number;
  /** For send(2) and recv(2). */
  readonly MSG_DONTWAIT: number;
  /** POSIX asks for 512; what poll(2) promises room for. */
  readonly PIPE_BUF: number;
  /** The C type of poll's count of descriptors. */
  readonly nfds_t: 'unsigned long' | 'unsigned int';
}

/** The same on every Unix that is supported here: sys/socket.h, fcntl.h, poll.h, sys/wait.h. */
export const common = {
  AF_UNIX: 1,
  SOCK_STREAM: 1,
  F_SETFD: 2,
  FD_CLOEXEC: 1,
  POLLIN: 0x01,
  POLLOUT: 0x04,
  WNOHANG: 1,
} as const;

/** `_IOR('f', 127, int)`: BSD sys/filio.h, and Linux on powerpc (arch/powerpc/include/uapi/asm/ioctls.h). */
const FIONREAD_BSD = 0x4004667f;

/**
 * include/uapi/asm-generic/{fcntl,ioctls}.h, include/uapi/linux/{fcntl,limits}.h,
 * include/linux/socket.h.
 */
const linux: WireConstants = {
  SOCK_CLOEXEC: 0o2000000,
  FIONREAD: 0x541b,
  MSG_DONTWAIT: 0x40,
  PIPE_BUF: 4096,
  nfds_t: 'unsigned long',
};

/** BSD: sys/fcntl.h, sys/socket.h, sys/syslimits.h. SOCK_CLOEXEC is left alone: it differs among them. */
const bsd: WireConstants = {
  SOCK_CLOEXEC: null,
  FIONREAD: FIONREAD_BSD,
  MSG_DONTWAIT: 0x80,
  PIPE_BUF: 512,
  nfds_t: 'unsigned int',
};

/** Architectures whose Linux headers follow asm-generic in these numbers. */
const LINUX_GENERIC = new Set(['arm', 'arm64', 'ia32', 'loong64', 'riscv64', 's390x', 'x64']);

/** The constants of a platform; `null` where they are not known. Arguments as `process` has them. */
export function wireConstants(
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture,
): WireConstants | null {
  switch (platform) {
    case 'linux':
    case 'android':
      if (LINUX_GENERIC.has(arch)) return linux;
      return arch === 'ppc64' ? { ...linux, FIONREAD: FIONREAD_BSD } : null;
    case 'darwin':
    case 'freebsd':
    case 'netbsd':
    case 'openbsd':
      return bsd;
    default:
      return null;
  }
}
