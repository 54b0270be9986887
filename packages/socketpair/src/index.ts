import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { BackendUnavailableError, type StderrBackend } from '@rsync-io/aux-channel';
import {
  bindUnix,
  loadKoffi,
  type ReadSink,
  type StderrEndpoint,
  StreamEndpoint,
  type UnixCalls,
} from '@rsync-io/aux-channel/backend';

/**
 * Requested as SO_SNDBUF of the child's end; the kernel limits it (Linux: `net.core.wmem_max`). Because
 * of the overhead per message, only 22 KB of 80-byte lines fit with the default, and 218 KB with this
 * value (measured on Linux 6.18). SO_RCVBUF has no effect on AF_UNIX. Unit: bytes.
 */
const SEND_BUFFER_BYTES = 1_048_576;

/**
 * socketpair(AF_UNIX, SOCK_STREAM): this process holds both ends before the spawn. The child's end is an
 * ordinary blocking descriptor. The parent's end can report how much is queued, and can be shut down.
 *
 * The first call of `open()` loads koffi, an optional dependency. It rejects with
 * `BackendUnavailableError` if koffi is missing, the platform's constants are not known, the process is
 * out of descriptors, or the runtime is Bun.
 */
export const socketpairBackend: StderrBackend = Object.freeze({
  name: 'socketpair',
  module: import.meta.url,
  open: async () => openPair(),
});

export default socketpairBackend;

let loaded: UnixCalls | undefined;

/** When a thread ends, Node closes its handles, but not the descriptors that it duplicated with fcntl(2). */
const closeAtThreadEnd = new Set<() => void>();
if (!isMainThread) process.on('exit', () => closeAtThreadEnd.forEach((close) => close()));

function openPair(): StderrEndpoint {
  try {
    // Bun's net.Socket delivers no data from a descriptor with `onread` (measured on Bun 1.4.5).
    if (process.versions['bun'] !== undefined)
      throw new Error('Bun does not read from socket pairs');
    const unix = (loaded ??= bindUnix(loadKoffi(import.meta.url)));
    if (process.permission !== undefined) tryOut(unix);
    const [parent, child] = unix.socketpair();
    return socketpairEndpoint(unix, parent, child);
  } catch (cause) {
    throw new BackendUnavailableError('socketpair', (cause as Error).message, { cause });
  }
}

/** Node's permission model may forbid the socket object of a pair (since Node 25). Better now than after the spawn. */
function tryOut(unix: UnixCalls): void {
  const [one, other] = unix.socketpair();
  unix.close(other);
  try {
    new Socket({ fd: one }).on('error', () => {}).destroy();
  } catch (error) {
    unix.close(one);
    throw error;
  }
}

/** Takes ownership of both descriptors. */
function socketpairEndpoint(unix: UnixCalls, parent: number, child: number): StderrEndpoint {
  try {
    unix.setSendBuffer(child, SEND_BUFFER_BYTES);
  } catch {
    // The child then blocks a little earlier, because the queue is smaller.
  }
  return new StreamEndpoint({
    backend: 'socketpair',
    childStdio: child,
    // The stream then owns the descriptor.
    open: (_child, sink) =>
      new Socket({ fd: parent, readable: true, writable: false, ...onread(sink) }),
    closeChildEnd: () => unix.close(child),
    closeParentEnd: () => unix.close(parent),
    queuedBytes: unix.queuedBytes,
    shutdown: unix.shutdownRead,
    duplicate: (fd) => {
      const copy = unix.duplicate(fd);
      const close = () => {
        closeAtThreadEnd.delete(close);
        unix.close(copy);
      };
      closeAtThreadEnd.add(close);
      return { fd: copy, close };
    },
  });
}

function onread(sink: ReadSink | undefined) {
  if (sink === undefined) return {};
  const { buffer } = sink;
  const callback = (bytes: number) => sink.onChunk(buffer.subarray(0, bytes));
  return { onread: { buffer, callback } };
}
