import { closeSync, readSync, writeSync } from 'node:fs';
import { bindWindows, type Koffi, type Reaped } from '@rsync-io/aux-channel/transport';
import type { WirePlatform } from './wire-platform.js';

/** Requested capacity of a pipe. Unit: bytes. */
const PIPE_BYTES = 65_536;
/** The smallest write that is tried before a pipe counts as full. Unit: bytes. */
const LEAST_BYTES = 4_096;

/** namedpipeapi.h, winerror.h */
const PIPE_NOWAIT = 0x1;
const ERROR_TOO_MANY_OPEN_FILES = 4;

/**
 * Windows cannot wait for an anonymous pipe, only peek at it. The wire polls without a pause at first,
 * then at this interval, which the system's timer may extend to 16 ms. Unit: milliseconds.
 */
const LOOK_EVERY_MS = 1;
/** How long the wire polls without a pause at first. Unit: milliseconds. */
const LOOK_CLOSELY_MS = 0.2;

const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Calls `look` until `succeeded` accepts its result or `ms` have passed. */
function lookUntil<T>(look: () => T, succeeded: (seen: T) => boolean, ms: number): T {
  const start = performance.now();
  for (;;) {
    const seen = look();
    const waited = performance.now() - start;
    if (succeeded(seen) || waited >= ms) return seen;
    if (waited > LOOK_CLOSELY_MS) Atomics.wait(neverWoken, 0, 0, LOOK_EVERY_MS);
  }
}

export function windowsWire(koffi: Koffi): WirePlatform {
  const windows = bindWindows(koffi);
  const CreatePipe = windows.kernel(
    'int __stdcall CreatePipe(_Out_ intptr_t *, _Out_ intptr_t *, void *, uint32_t)',
  );
  const PeekNamedPipe = windows.kernel(
    'int __stdcall PeekNamedPipe(intptr_t, void *, uint32_t, void *, _Out_ uint32_t *, void *)',
  );
  const SetNamedPipeHandleState = windows.kernel(
    'int __stdcall SetNamedPipeHandleState(intptr_t, uint32_t *, void *, void *)',
  );

  const toDescriptor = (handle: number, undo: () => void): number => {
    const fd = windows.openDescriptor(handle);
    if (fd >= 0) return fd;
    windows.closeHandle(handle);
    undo();
    throw systemError('uv_open_osfhandle', 'EMFILE');
  };

  /** Number of bytes queued in a pipe; -1 at the end of the stream, and for other descriptors. */
  const waiting = (fd: number): number => {
    const count = [0];
    const seen = PeekNamedPipe(windows.handleOf(fd), null, 0, null, count, null) as number;
    return seen === 0 ? -1 : (count[0] as number);
  };
  const isReadable = (fd: number) => waiting(fd) !== 0;

  /** In this mode a pipe accepts all bytes of a write or none, so smaller writes fill the remaining space. */
  const writeNow = (fd: number, bytes: Uint8Array): number => {
    for (let length = bytes.length; ; length = Math.floor(length / 2)) {
      const count = writeSync(fd, bytes, 0, length, null);
      if (count > 0 || length <= LEAST_BYTES) return count;
    }
  };

  return {
    pipeBuf: PIPE_BYTES,
    // Windows may round the requested size up.
    sendBufferBytes: 2 * PIPE_BYTES,
    close: closeSync,
    isWritable: null,
    pair() {
      const [read, write] = [[0], [0]] as [[number], [number]];
      // Without security attributes, no child inherits the handles.
      if (CreatePipe(read, write, null, PIPE_BYTES) === 0) {
        const number = windows.lastError();
        const code = number === ERROR_TOO_MANY_OPEN_FILES ? 'EMFILE' : `error ${number}`;
        throw systemError('CreatePipe', code);
      }
      const readFd = toDescriptor(read[0], () => windows.closeHandle(write[0]));
      const writeFd = toDescriptor(write[0], () => closeSync(readFd));
      return { read: readFd, write: writeFd };
    },
    prepareWriting(fd) {
      const mode = new Uint32Array([PIPE_NOWAIT]);
      if (SetNamedPipeHandleState(windows.handleOf(fd), mode, null, null) !== 0) return;
      throw systemError('SetNamedPipeHandleState', `error ${windows.lastError()}`);
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
    write: (fd, bytes, ms) => lookUntil(() => writeNow(fd, bytes), Boolean, ms),
    waitAny(interests, ms) {
      const look = () => interests.map(({ fd, event }) => event === 'write' || isReadable(fd));
      const isReady = (seen: boolean[]) =>
        seen.some((ready, i) => ready && interests[i]?.event === 'read');
      const onlyWrites = interests.every(({ event }) => event === 'write');
      // Windows cannot report whether a write would fit, so the caller tries it after every pause.
      const hasWrite = interests.some(({ event }) => event === 'write');
      return lookUntil(look, isReady, onlyWrites ? 0 : hasWrite ? LOOK_EVERY_MS : ms);
    },
    sendNow: (socket, bytes) => writeSync(socket, bytes, 0, bytes.length, null),
    queuedBytes: (fd) => Math.max(0, waiting(fd)),
    isAtEnd: (fd) => waiting(fd) === -1,
    reap,
  };
}

/** Windows has no zombies, so there is nothing to reap. */
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
