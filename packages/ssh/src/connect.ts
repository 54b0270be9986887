import type { SshConnectConfig } from '@rsync-io/aux-channel';
import type { Wire } from '@rsync-io/transport-async';
import {
  AsyncSshTransport,
  type ConnectOptions,
  type ConnectSyncOptions,
  SshConnection,
} from './transports.js';

/**
 * Connects to `[user@]host` and runs `config.remoteCommand` there, or the login shell if it is not given.
 * Resolves when ssh has been started, not when the host has answered.
 * @throws InvalidTargetError | SpawnError (as rejections)
 */
export function connect<W extends Wire = 'pipe'>(
  target: string,
  config: SshConnectConfig = {},
  options: ConnectOptions<W> = {},
): Promise<AsyncSshTransport<W>> {
  return AsyncSshTransport.connect(target, config, options);
}

/**
 * Like {@link connect}, with blocking calls. Captures stderr whether or not the flag is set.
 * @throws InvalidTargetError | SpawnError | WireUnavailableError | DrainThreadLostError
 */
export function connectSync(
  target: string,
  config: SshConnectConfig = {},
  options: ConnectSyncOptions = {},
): SshConnection {
  return SshConnection.connect(target, config, options);
}
