import { closeSync } from 'node:fs';
import { BackendUnavailableError } from '@rsync-io/aux-channel';
import { StreamEndpoint } from '@rsync-io/aux-channel/backend';
import { authenticatedPair, type HandshakeError } from './handshake.js';
import type { LoopbackSockets } from './loopback-sockets.js';
import { type WindowsConnection, windowsSockets } from './windows-sockets.js';
import { loadWinsock } from './winsock.js';

/**
 * Returns an endpoint, and the number of foreign connections that were rejected while it was made.
 * @throws BackendUnavailableError (as rejection); nothing is left open
 */
export async function openPair(sockets = systemSockets(), deadlineMs?: number) {
  const { parent, child, intruders } = await authenticatedPair(sockets, deadlineMs).catch(
    (error: HandshakeError) => {
      throw unavailable(error.message, error);
    },
  );
  try {
    const childFd = child.toDescriptor();
    const endpoint = new StreamEndpoint({
      backend: 'tcp-loopback',
      childStdio: childFd,
      open: () => parent,
      closeChildEnd: () => closeSync(childFd),
      closeParentEnd: () => void parent.destroy(),
    });
    return Object.assign(endpoint, { intruders });
  } catch (cause) {
    parent.destroy();
    throw unavailable(`no descriptor for the child's end (${(cause as Error).message})`, cause);
  }
}

function systemSockets(): LoopbackSockets<WindowsConnection> {
  if (process.platform !== 'win32') throw unavailable('it works on Windows only');
  try {
    return windowsSockets(loadWinsock());
  } catch (cause) {
    throw unavailable((cause as Error).message, cause);
  }
}

const unavailable = (reason: string, cause?: unknown) =>
  new BackendUnavailableError('tcp-loopback', reason, { cause });
