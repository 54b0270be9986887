import { SshCommand, type SshConnectConfig } from '@rsync-io/aux-channel';
import { AsyncSshTransport, type AsyncTransportOptions } from '@rsync-io/transport-async';
import { SshConnection, type SyncTransportOptions } from '@rsync-io/transport-sync';
import { platformBackends } from './platform-backends.js';

/** Options with the platform's backends already in; `backends` replaces them. */
export type ConnectOptions = Partial<AsyncTransportOptions>;

/**
 * Connects to `[user@]host` and runs `config.remoteCommand` there (without one: the login shell).
 * Resolves when the remote shell's process runs, not when the host has answered.
 * @throws InvalidTargetError | SpawnError (as rejections)
 */
export async function connect(
  target: string,
  config: SshConnectConfig = {},
  options: ConnectOptions = {},
): Promise<AsyncSshTransport> {
  const command = SshCommand.for(target, config);
  return AsyncSshTransport.spawn(command, { backends: platformBackends(), ...options });
}

/** Options with the platform's backends already in; `backends` replaces them. */
export type ConnectSyncOptions = Partial<SyncTransportOptions>;

/**
 * As {@link connect}, by blocking calls. Its stderr channel does not depend on the flag.
 * @throws InvalidTargetError | SpawnError | WireUnavailableError | DrainThreadLostError
 */
export function connectSync(
  target: string,
  config: SshConnectConfig = {},
  options: ConnectSyncOptions = {},
): SshConnection {
  return SshConnection.connect(target, config, { backends: platformBackends(), ...options });
}
