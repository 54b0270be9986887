import {
  bindWindows,
  type ForeignFunction,
  type Handle,
  type Koffi,
  loadKoffi,
  SystemCallError,
} from '@rsync-io/aux-channel/backend';
import * as c from './constants.js';
import type { SocketAddress } from './loopback-sockets.js';

/** Calls into Windows. Each throws SystemCallError unless its comment says otherwise. */
export type Winsock = ReturnType<typeof declare>;

/** Node does not know the names of Winsock errors. */
const systemError = (syscall: string, number: number) =>
  new SystemCallError(syscall, number, c.WSA_ERRORS[number] ?? `error ${number}`);

let loaded: Winsock | undefined;

/**
 * Loads koffi and binds the Windows libraries on the first call.
 * @throws Error that names the library that did not load
 */
export function loadWinsock(): Winsock {
  return (loaded ??= declare(loadKoffi(import.meta.url)));
}

function declare(koffi: Koffi) {
  const ws2 = koffi.load('ws2_32.dll');
  const windows = bindWindows(koffi);

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
  const GetCurrentProcess = windows.kernel('intptr_t __stdcall GetCurrentProcess()');
  const SetHandleInformation = windows.kernel(
    'int __stdcall SetHandleInformation(intptr_t, uint32_t, uint32_t)',
  );
  const DuplicateHandle = windows.kernel(
    'int __stdcall DuplicateHandle(intptr_t, intptr_t, intptr_t, _Out_ intptr_t *, uint32_t, int, uint32_t)',
  );

  const lastError = () => WSAGetLastError() as number;
  const check = (syscall: string, result: unknown) => {
    if (result !== 0) throw systemError(syscall, lastError());
  };
  const checkHandle = (syscall: string, succeeded: unknown) => {
    if (succeeded === 0) throw systemError(syscall, windows.lastError());
  };
  const addressBy = (syscall: string, call: ForeignFunction, socket: Handle): SocketAddress => {
    const bytes = Buffer.alloc(c.SOCKADDR_IN_BYTES);
    check(syscall, call(socket, bytes, [bytes.length]));
    return { address: bytes.subarray(4, 8).join('.'), port: bytes.readUInt16BE(2) };
  };
  const one = new Int32Array([1]);

  return {
    /** A stream socket that is neither inherited nor overlapped. The caller owns it. */
    socket(): Handle {
      const flags = c.WSA_FLAG_NO_HANDLE_INHERIT;
      const socket = Number(WSASocketW(c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP, null, 0, flags));
      if (socket === c.INVALID_SOCKET) throw systemError('WSASocketW', lastError());
      return socket;
    },
    /** Sets SO_EXCLUSIVEADDRUSE: no other socket can bind the same address, not even with SO_REUSEADDR. */
    setExclusive(socket: Handle): void {
      check('setsockopt', setsockopt(socket, c.SOL_SOCKET, c.SO_EXCLUSIVEADDRUSE, one, 4));
    },
    isExclusive(socket: Handle): boolean {
      const value = [0];
      check('getsockopt', getsockopt(socket, c.SOL_SOCKET, c.SO_EXCLUSIVEADDRUSE, value, [4]));
      return value[0] !== 0;
    },
    bind(socket: Handle, { address, port }: SocketAddress): void {
      const bytes = Buffer.alloc(c.SOCKADDR_IN_BYTES);
      bytes.writeUInt16LE(c.AF_INET, 0);
      bytes.writeUInt16BE(port, 2);
      bytes.set(address.split('.').map(Number), 4);
      check('bind', bind(socket, bytes, bytes.length));
    },
    listen: (socket: Handle) => check('listen', listen(socket, c.SOMAXCONN)),
    setNonBlocking: (socket: Handle, on: boolean) =>
      check('ioctlsocket', ioctlsocket(socket, c.FIONBIO, [on ? 1 : 0])),
    setNoDelay: (socket: Handle) =>
      check('setsockopt', setsockopt(socket, c.IPPROTO_TCP, c.TCP_NODELAY, one, 4)),
    localAddress: (socket: Handle) => addressBy('getsockname', getsockname, socket),
    peerAddress: (socket: Handle) => addressBy('getpeername', getpeername, socket),
    /** Returns the next pending connection, which the caller owns, or `null`. For a non-blocking listener. */
    accept(listener: Handle): Handle | null {
      const socket = Number(accept(listener, null, null));
      if (socket !== c.INVALID_SOCKET) return socket;
      const number = lastError();
      // The peer disconnected before it was accepted, which is not a failure.
      if (number === c.WSAEWOULDBLOCK || number === c.WSAECONNRESET) return null;
      throw systemError('accept', number);
    },
    clearInherit: (handle: Handle) =>
      checkHandle('SetHandleInformation', SetHandleInformation(handle, c.HANDLE_FLAG_INHERIT, 0)),
    /** Duplicates the handle of a socket; the duplicate is not inherited. The caller owns it. */
    duplicate(handle: Handle): Handle {
      const self = GetCurrentProcess();
      const copy = [0];
      const done = DuplicateHandle(self, handle, self, copy, 0, 0, c.DUPLICATE_SAME_ACCESS);
      checkHandle('DuplicateHandle', done);
      return Number(copy[0]);
    },
    /** closesocket(); never throws. Do not use it for a handle that {@link openDescriptor} has taken. */
    closeSocket: (socket: Handle) => void closesocket(socket),
    /** CloseHandle(); never throws. */
    closeHandle: windows.closeHandle,
    /** Opens a C descriptor that then owns the handle. Returns -1 if no descriptor is left. */
    openDescriptor: windows.openDescriptor,
  };
}
