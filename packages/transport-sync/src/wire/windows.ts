import { closeSync, readSync, writeSync } from 'node:fs';
import type { Reaped, WirePlatform } from './platform.js';

/** What a pipe is asked to hold. Unit: bytes. */
const PIPE_BYTES = 65_536;
/** The smallest piece that is tried before a pipe counts as full. Unit: bytes. */
const LEAST_BYTES = 4_096;

/** namedpipeapi.h, winerror.h */
const PIPE_NOWAIT = 0x1;
const ERROR_TOO_MANY_OPEN_FILES = 4;

/**
 * Windows cannot wait for an anonymous pipe, only look at it. A look is cheap, so an answer that comes
 * at once is found at once; after that, this long passes between two looks (the system's timer may
 * make it 16). Unit: milliseconds.
 */
const LOOK_EVERY_MS = 1;
/** How long it looks without a pause before it begins to pause. Unit: milliseconds. */
const LOOK_CLOSELY_MS = 0.2;

const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Calls `look` until it succeeds or `ms` have passed. */
function lookUntil<T>(look: () => T, succeeded: (seen: T) => boolean, ms: number): T {
  const start = performance.now();
  for (;;) {
    const seen = look();
    const waited = performance.now() - start;
    if (succeeded(seen) || waited >= ms) return seen;
    if (waited > LOOK_CLOSELY_MS) Atomics.wait(neverWoken, 0, 0, LOOK_EVERY_MS);
  }
}

/** Binds the system's libraries. All that is known of Windows' C interfaces stands here. */
export function bindWindows(koffi: typeof import('koffi')): WirePlatform {
  const kernel = koffi.load('kernel32.dll');
  // node.exe exports libuv: that is where the table of C descriptors is which `fs` and `spawn` look into.
  const node = koffi.load(process.execPath);
  const CreatePipe = kernel.func(
    'int __stdcall CreatePipe(_Out_ intptr_t *, _Out_ intptr_t *, void *, uint32_t)',
  );
  const PeekNamedPipe = kernel.func(
    'int __stdcall PeekNamedPipe(intptr_t, void *, uint32_t, void *, _Out_ uint32_t *, void *)',
  );
  const SetNamedPipeHandleState = kernel.func(
    'int __stdcall SetNamedPipeHandleState(intptr_t, uint32_t *, void *, void *)',
  );
  const CloseHandle = kernel.func('int __stdcall CloseHandle(intptr_t)');
  const GetLastError = kernel.func('uint32_t __stdcall GetLastError()');
  const uv_open_osfhandle = node.func('int uv_open_osfhandle(intptr_t)');
  const uv_get_osfhandle = node.func('intptr_t uv_get_osfhandle(int)');

  const toDescriptor = (handle: number, other: () => void): number => {
    const fd = uv_open_osfhandle(handle) as number;
    if (fd >= 0) return fd;
    CloseHandle(handle);
    other();
    throw systemError('uv_open_osfhandle', 'EMFILE');
  };

  /** Bytes that wait in a pipe; -1 when a read would not wait for another reason: its end, or no pipe at all. */
  const waiting = (fd: number): number => {
    const count = [0];
    const seen = PeekNamedPipe(uv_get_osfhandle(fd), null, 0, null, count, null) as number;
    return seen === 0 ? -1 : (count[0] as number);
  };
  const isReadable = (fd: number) => waiting(fd) !== 0;

  /** A pipe in this mode takes a piece as a whole or not at all: smaller ones fill what is left. */
  const writeNow = (fd: number, bytes: Uint8Array): number => {
    for (let length = bytes.length; ; length = Math.floor(length / 2)) {
      const count = writeSync(fd, bytes, 0, length, null);
      if (count > 0 || length <= LEAST_BYTES) return count;
    }
  };

  return {
    pipeBuf: PIPE_BYTES,
    isWritable: null,
    pair() {
      const [read, write] = [[0], [0]] as [[number], [number]];
      // Without security attributes: inherited by no child.
      if (CreatePipe(read, write, null, PIPE_BYTES) === 0) {
        const number = GetLastError() as number;
        const code = number === ERROR_TOO_MANY_OPEN_FILES ? 'EMFILE' : `error ${number}`;
        throw systemError('CreatePipe', code);
      }
      const readFd = toDescriptor(read[0], () => CloseHandle(write[0]));
      const writeFd = toDescriptor(write[0], () => closeSync(readFd));
      return { read: readFd, write: writeFd };
    },
    prepareWriting(fd) {
      const mode = new Uint32Array([PIPE_NOWAIT]);
      if (SetNamedPipeHandleState(uv_get_osfhandle(fd), mode, null, null) !== 0) return;
      throw systemError('SetNamedPipeHandleState', `error ${GetLastError()}`);
    },
    waitReadable: (fd, ms) => lookUntil(() => isReadable(fd), Boolean, ms),
    read(fd, into) {
      try {
        return readSync(fd, into, 0, into.length, null);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EOF') return 0;
        throw error;
      }
    },
    write: (fd, bytes, ms) =>
      lookUntil(
        () => writeNow(fd, bytes),
        (count) => count > 0,
        ms,
      ),
    waitAny(interests, ms) {
      const look = () => interests.map(({ fd, event }) => event === 'write' || isReadable(fd));
      const isReady = (seen: boolean[]) =>
        seen.some((ready, i) => ready && interests[i]?.event === 'read');
      const onlyWrites = interests.every(({ event }) => event === 'write');
      // Whether a write fits is found out by trying: so it is tried after every pause.
      const hasWrite = interests.some(({ event }) => event === 'write');
      return lookUntil(look, isReady, onlyWrites ? 0 : hasWrite ? LOOK_EVERY_MS : ms);
    },
    sendNow: (socket, bytes) => writeSync(socket, bytes, 0, bytes.length, null),
    queuedBytes: (fd) => Math.max(0, waiting(fd)),
    reap,
  };
}

/** Windows keeps nothing of a process that ended: there is nothing to reap, only to look at. */
function reap(pid: number): Reaped {
  try {
    process.kill(pid, 0);
    return 'running';
  } catch {
    return 'reaped';
  }
}

function systemError(syscall: string, code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${syscall}: ${code}`), { code, syscall });
}
