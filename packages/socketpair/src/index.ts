import { BackendUnavailableError, type StderrBackend } from '@rsync-io/aux-channel';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';
import { SocketpairEndpoint } from './endpoint.js';
import { loadLibc } from './libc.js';

/**
 * Asked for as SO_SNDBUF of the child's end; the kernel grants less (Linux: `net.core.wmem_max`). At
 * the default, the overhead per message lets only 22 KB of 80-byte lines queue, with this 218 KB
 * (measured on Linux 6.18); SO_RCVBUF has no effect on AF_UNIX. Unit: bytes.
 */
const SEND_BUFFER_BYTES = 1_048_576;

/**
 * socketpair(AF_UNIX, SOCK_STREAM): both ends are in our hands before the spawn, so the child's is an
 * ordinary blocking descriptor, and the parent's can be asked how much is queued and shut down.
 */
export const socketpairBackend: StderrBackend = Object.freeze({
  name: 'socketpair',
  module: import.meta.url,
  open: async () => openPair(),
});

export default socketpairBackend;

function openPair(): StderrEndpoint {
  const libc = loadLibc();
  let pair: [parent: number, child: number];
  try {
    pair = libc.socketpair();
  } catch (cause) {
    throw new BackendUnavailableError('socketpair', (cause as Error).message, { cause });
  }
  const [parent, child] = pair;
  try {
    libc.setSendBuffer(child, SEND_BUFFER_BYTES);
  } catch {
    // A smaller queue makes the child wait a little earlier; nothing else changes.
  }
  return new SocketpairEndpoint(libc, parent, child);
}
