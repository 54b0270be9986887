import type { ForeignFunction, Koffi } from './koffi.js';

/** A Windows HANDLE or SOCKET, as a number. */
export type Handle = number;

/**
 * Binds the Windows libraries. Descriptors are opened with functions that node.exe exports, because `fs`
 * and `spawn` use the descriptor table of its C library.
 * @throws Error if a library does not load
 */
export function bindWindows(koffi: Koffi) {
  const kernel32 = koffi.load('kernel32.dll');
  const node = koffi.load(process.execPath);
  const CloseHandle = kernel32.func('int __stdcall CloseHandle(intptr_t)');
  const GetLastError = kernel32.func('uint32_t __stdcall GetLastError()');
  const uv_open_osfhandle = node.func('int uv_open_osfhandle(intptr_t)');
  const uv_get_osfhandle = node.func('intptr_t uv_get_osfhandle(int)');
  return {
    /** Binds a function of kernel32.dll. */
    kernel: (declaration: string): ForeignFunction => kernel32.func(declaration),
    /** GetLastError(). Never throws. */
    lastError: () => GetLastError() as number,
    /** CloseHandle(). Never throws. */
    closeHandle: (handle: Handle): void => void CloseHandle(handle),
    /** Opens a C descriptor that then owns the handle. Returns -1 if no descriptor is left. */
    openDescriptor: (handle: Handle) => uv_open_osfhandle(handle) as number,
    /** Returns the handle of a C descriptor, which keeps ownership; -1 if the descriptor is not open. */
    handleOf: (fd: number): Handle => Number(uv_get_osfhandle(fd)),
  };
}
