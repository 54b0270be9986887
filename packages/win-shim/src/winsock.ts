import { createRequire } from 'node:module';
import * as c from './constants.js';
import type { SocketAddress } from './handshake.js';

/** A SOCKET or another HANDLE, as a number. */
export type Handle = number;

/** The calls into Windows that this package makes. Each throws {@link WinsockError} unless it says otherwise. */
export interface Winsock {
  /** A stream socket that is neither inherited nor overlapped. The caller owns it. */
  socket(): Handle;
  /** Sets SO_EXCLUSIVEADDRUSE: nobody else binds the same address, whatever options he sets. */
  setExclusive(socket: Handle): void;
  /** What getsockopt(SO_EXCLUSIVEADDRUSE) says. */
  isExclusive(socket: Handle): boolean;
  bind(socket: Handle, to: SocketAddress): void;
  listen(socket: Handle): void;
  setNonBlocking(socket: Handle, on: boolean): void;
  setNoDelay(socket: Handle): void;
  localAddress(socket: Handle): SocketAddress;
  peerAddress(socket: Handle): SocketAddress;
  /** The next waiting connection, which the caller owns; `null`: none. For a non-blocking listener. */
  accept(listener: Handle): Handle | null;
  /** Takes a handle out of what other children of this process inherit. */
  clearInherit(handle: Handle): void;
  /** A second handle of the same socket, not inherited. The caller owns it. */
  duplicate(handle: Handle): Handle;
  /** closesocket(); never throws. Not for a handle that {@link openDescriptor} took. */
  closeSocket(socket: Handle): void;
  /** CloseHandle(); never throws. */
  closeHandle(handle: Handle): void;
  /** A C descriptor over the handle, which it then owns. @returns -1 when there is none left */
  openDescriptor(handle: Handle): number;
}

/** A call that failed; `code` is the name of the Windows Sockets error where it is known. */
export class WinsockError extends Error {
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, number: number) {
    const code = c.WSA_ERRORS[number] ?? `error ${number}`;
    super(`${syscall}: ${code}`);
    this.name = 'WinsockError';
    this.code = code;
    this.syscall = syscall;
  }
}

let loaded: Winsock | undefined;

/**
 * Loads koffi and binds the system's libraries, at the first call.
 * @throws an error that says which part did not load
 */
export function loadWinsock(): Winsock {
  return (loaded ??= declare(createRequire(import.meta.url)('koffi') as typeof import('koffi')));
}

/** All that is known of Windows' C interfaces stands here. */
function declare(koffi: typeof import('koffi')): Winsock {
  const ws2 = koffi.load('ws2_32.dll');
  const kernel = koffi.load('kernel32.dll');
  // node.exe exports libuv: that is where the table of C descriptors is which `spawn` looks into.
  const node = koffi.load(process.execPath);

  const WSASocketW = ws2.func(
    'intptr_t __stdcall WSASocketW(int, int, int, void *, uint32_t, uint32_t)',
  );
  const bind = ws2.func('int __stdcall bind(intptr_t, uint8_t *, int)');
  const listen = ws2.func('int __stdcall listen(intptr_t, int)');
  const accept = ws2.func('intptr_t __stdcall accept(intptr_t, void *, void *)');
  const name = '(intptr_t, _Out_ uint8_t *, _Inout_ int *)';
  const getsockname = ws2.func(`int __stdcall getsockname${name}`);
  const getpeername = ws2.func(`int __stdcall getpeername${name}`);
  const setsockopt = ws2.func('int __stdcall setsockopt(intptr_t, int, int, int *, int)');
  const getsockopt = ws2.func(
    'int __stdcall getsockopt(intptr_t, int, int, _Out_ int *, _Inout_ int *)',
  );
  const ioctlsocket = ws2.func('int __stdcall ioctlsocket(intptr_t, int32_t, _Inout_ uint32_t *)');
  const closesocket = ws2.func('int __stdcall closesocket(intptr_t)');
  const WSAGetLastError = ws2.func('int __stdcall WSAGetLastError()');
  const CloseHandle = kernel.func('int __stdcall CloseHandle(intptr_t)');
  const GetLastError = kernel.func('uint32_t __stdcall GetLastError()');
  const GetCurrentProcess = kernel.func('intptr_t __stdcall GetCurrentProcess()');
  const SetHandleInformation = kernel.func(
    'int __stdcall SetHandleInformation(intptr_t, uint32_t, uint32_t)',
  );
  const DuplicateHandle = kernel.func(
    'int __stdcall DuplicateHandle(intptr_t, intptr_t, intptr_t, _Out_ intptr_t *, uint32_t, int, uint32_t)',
  );
  const uv_open_osfhandle = node.func('int uv_open_osfhandle(intptr_t)');

  const check = (syscall: string, result: number) => {
    if (result !== 0) throw new WinsockError(syscall, WSAGetLastError());
  };
  const checkHandle = (syscall: string, succeeded: number) => {
    if (succeeded === 0) throw new WinsockError(syscall, GetLastError());
  };
  const addressBy = (syscall: string, call: typeof getsockname, socket: Handle): SocketAddress => {
    const bytes = Buffer.alloc(c.SOCKADDR_IN_BYTES);
    check(syscall, call(socket, bytes, [bytes.length]));
    return { address: bytes.subarray(4, 8).join('.'), port: bytes.readUInt16BE(2) };
  };
  const one = new Int32Array([1]);

  return {
    socket() {
      const flags = c.WSA_FLAG_NO_HANDLE_INHERIT;
      const socket = Number(WSASocketW(c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP, null, 0, flags));
      if (socket === c.INVALID_SOCKET) throw new WinsockError('WSASocketW', WSAGetLastError());
      return socket;
    },
    setExclusive(socket) {
      check('setsockopt', setsockopt(socket, c.SOL_SOCKET, c.SO_EXCLUSIVEADDRUSE, one, 4));
    },
    isExclusive(socket) {
      const value = [0];
      check('getsockopt', getsockopt(socket, c.SOL_SOCKET, c.SO_EXCLUSIVEADDRUSE, value, [4]));
      return value[0] !== 0;
    },
    bind(socket, { address, port }) {
      const bytes = Buffer.alloc(c.SOCKADDR_IN_BYTES);
      bytes.writeUInt16LE(c.AF_INET, 0);
      bytes.writeUInt16BE(port, 2);
      bytes.set(address.split('.').map(Number), 4);
      check('bind', bind(socket, bytes, bytes.length));
    },
    listen: (socket) => check('listen', listen(socket, c.SOMAXCONN)),
    setNonBlocking: (socket, on) =>
      check('ioctlsocket', ioctlsocket(socket, c.FIONBIO, [on ? 1 : 0])),
    setNoDelay: (socket) =>
      check('setsockopt', setsockopt(socket, c.IPPROTO_TCP, c.TCP_NODELAY, one, 4)),
    localAddress: (socket) => addressBy('getsockname', getsockname, socket),
    peerAddress: (socket) => addressBy('getpeername', getpeername, socket),
    accept(listener) {
      const socket = Number(accept(listener, null, null));
      if (socket !== c.INVALID_SOCKET) return socket;
      const number = WSAGetLastError() as number;
      // Somebody came and went before we looked: no connection, and no failure.
      if (number === c.WSAEWOULDBLOCK || number === c.WSAECONNRESET) return null;
      throw new WinsockError('accept', number);
    },
    clearInherit: (handle) =>
      checkHandle('SetHandleInformation', SetHandleInformation(handle, c.HANDLE_FLAG_INHERIT, 0)),
    duplicate(handle) {
      const self = GetCurrentProcess();
      const copy = [0];
      const done = DuplicateHandle(self, handle, self, copy, 0, 0, c.DUPLICATE_SAME_ACCESS);
      checkHandle('DuplicateHandle', done);
      return Number(copy[0]);
    },
    closeSocket: (socket) => void closesocket(socket),
    closeHandle: (handle) => void CloseHandle(handle),
    openDescriptor: (handle) => uv_open_osfhandle(handle) as number,
  };
}
