/** Constants from winsock2.h, ws2def.h, handleapi.h and ws2ipdef.h. */
export const AF_INET = 2;
export const SOCK_STREAM = 1;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 0x0001;
export const SOL_SOCKET = 0xffff;
/** `~SO_REUSEADDR` */
export const SO_EXCLUSIVEADDRUSE = ~4;
/** Without WSA_FLAG_OVERLAPPED (0x01), because the child's C library reads and writes synchronously. */
export const WSA_FLAG_NO_HANDLE_INHERIT = 0x80;
/** `_IOW('f', 126, u_long)` as a signed long. */
export const FIONBIO = 0x8004667e | 0;
export const INVALID_SOCKET = -1;
export const HANDLE_FLAG_INHERIT = 1;
export const DUPLICATE_SAME_ACCESS = 2;
/** sizeof(struct sockaddr_in) */
export const SOCKADDR_IN_BYTES = 16;
/** The largest backlog, so that foreign connections do not fill the queue before our own arrives. */
export const SOMAXCONN = 0x7fffffff;

export const WSAEWOULDBLOCK = 10_035;
export const WSAECONNRESET = 10_054;

/** Names of the most likely error numbers (winsock2.h). Others are shown as numbers. */
export const WSA_ERRORS: Readonly<Record<number, string>> = Object.freeze({
  10004: 'WSAEINTR',
  10013: 'WSAEACCES',
  10022: 'WSAEINVAL',
  10024: 'WSAEMFILE',
  10035: 'WSAEWOULDBLOCK',
  10038: 'WSAENOTSOCK',
  10042: 'WSAENOPROTOOPT',
  10045: 'WSAEOPNOTSUPP',
  10047: 'WSAEAFNOSUPPORT',
  10048: 'WSAEADDRINUSE',
  10049: 'WSAEADDRNOTAVAIL',
  10050: 'WSAENETDOWN',
  10054: 'WSAECONNRESET',
  10055: 'WSAENOBUFS',
  10093: 'WSANOTINITIALISED',
});
