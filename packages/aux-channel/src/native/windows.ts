import type { ForeignFunction, Koffi } from './koffi.js';

/** A HANDLE or SOCKET of Windows, as a number. */
export type Handle = number;

/** kernel32.dll, and the C descriptors of this process. */
export interface WindowsCalls {
  /** Declares a function of kernel32.dll. */
  kernel(declaration: string): ForeignFunction;
  /** GetLastError(). Never throws. */
  lastError(): number;
  /** CloseHandle(). Never throws. */
  closeHandle(handle: Handle): void;
  /** A C descriptor over the handle, which it then owns. Returns -1 when no descriptor is left. */
  openDescriptor(handle: Handle): number;
  /** The handle behind a C descriptor, which keeps it; -1 for a descriptor that is not open. */
  handleOf(fd: number): Handle;
}

/**
 * Binds the libraries of Windows. node.exe exports functions of libuv: its table of C descriptors is the
 * one that `fs` and `spawn` use.
 * @throws Error when a library does not load
 */
export function bindWindows(koffi: Koffi): WindowsCalls {
  const kernel32 = koffi.load('kernel32.dll');
  const node = koffi.load(process.execPath);
  const CloseHandle = kernel32.func('int __stdcall CloseHandle(intptr_t)');
  const GetLastError = kernel32.func('uint32_t __stdcall GetLastError()');
  const uv_open_osfhandle = node.func('int uv_open_osfhandle(intptr_t)');
  const uv_get_osfhandle = node.func('intptr_t uv_get_osfhandle(int)');
  return {
    kernel: (declaration) => kernel32.func(declaration),
    lastError: () => GetLastError() as number,
    closeHandle: (handle) => void CloseHandle(handle),
    openDescriptor: (handle) => uv_open_osfhandle(handle) as number,
    handleOf: (fd) => Number(uv_get_osfhandle(fd)),
  };
}
