import type { ForeignFunction, Koffi } from './koffi.js';

/** A Windows HANDLE or SOCKET, as a number. */
export type Handle = number;

/** Functions of kernel32.dll, and the C descriptors of this process. */
export interface WindowsCalls {
  kernel(declaration: string): ForeignFunction;
  /** GetLastError(). Never throws. */
  lastError(): number;
  /** CloseHandle(). Never throws. */
  closeHandle(handle: Handle): void;
  /** Opens a C descriptor that then owns the handle. Returns -1 if no descriptor is left. */
  openDescriptor(handle: Handle): number;
  /** Returns the handle of a C descriptor, which keeps ownership; -1 if the descriptor is not open. */
  handleOf(fd: number): Handle;
}

/**
 * Binds the Windows libraries. Descriptors are opened with functions that node.exe exports, because `fs`
 * and `spawn` use the descriptor table of its C library.
 * @throws Error if a library does not load
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
