import { BackendUnavailableError } from '@rsync-io/aux-channel';
import { TcpLoopbackEndpoint } from './endpoint.js';
import { authenticatedPair, HandshakeError } from './handshake.js';
import type { LoopbackSockets } from './loopback-sockets.js';
import { type WindowsConnection, windowsSockets } from './windows-sockets.js';
import { loadWinsock } from './winsock.js';

/** @throws BackendUnavailableError (as rejection); nothing is left open */
export async function openPair(
  sockets = systemSockets(),
  deadlineMs?: number,
): Promise<TcpLoopbackEndpoint> {
  const { parent, child, intruders } = await handshake(sockets, deadlineMs);
  try {
    return new TcpLoopbackEndpoint(parent, child.toDescriptor(), intruders);
  } catch (cause) {
    parent.destroy();
    throw unavailable(`no descriptor for the child's end (${(cause as Error).message})`, cause);
  }
}

async function handshake(sockets: LoopbackSockets<WindowsConnection>, deadlineMs?: number) {
  try {
    return await authenticatedPair(sockets, deadlineMs);
  } catch (cause) {
    throw cause instanceof HandshakeError ? unavailable(cause.message, cause) : cause;
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
