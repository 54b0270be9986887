import type { SshCommand, SshConnectConfig, Word } from '@rsync-io/aux-channel';
import { isOptionsObject } from '@rsync-io/aux-channel/transport';
import {
  AsyncSshTransport as BareAsyncSshTransport,
  type AsyncTransportOptions,
  type Wire,
} from '@rsync-io/transport-async';
import {
  SshConnection as BareSshConnection,
  type SyncTransportOptions,
} from '@rsync-io/transport-sync';
import { platformBackends } from './platform-backends.js';

/** Options of the asynchronous transport. `backends` defaults to {@link platformBackends}. */
export type ConnectOptions<W extends Wire = Wire> = Partial<AsyncTransportOptions<W>>;

/** Options of the blocking transport. `backends` defaults to {@link platformBackends}. */
export type ConnectSyncOptions = Partial<SyncTransportOptions>;

/** Adds the platform's backends. The transport rejects a value that is not an object. */
function complete<Options extends ConnectOptions | ConnectSyncOptions>(options: Options) {
  const completed = isOptionsObject(options)
    ? { ...options, backends: options.backends ?? platformBackends() }
    : options;
  return completed as Options & Pick<AsyncTransportOptions, 'backends'>;
}

/** The class of `@rsync-io/transport-async` with the platform's backends. Instances are of both classes. */
export class AsyncSshTransport<W extends Wire = Wire> extends BareAsyncSshTransport<W> {
  /** {@inheritDoc @rsync-io/transport-async#AsyncSshTransport.connect} */
  static override connect<W extends Wire = 'pipe'>(
    target: string,
    config: SshConnectConfig = {},
    options: ConnectOptions<W> = {},
  ): Promise<AsyncSshTransport<W>> {
    return super.connect(target, config, complete(options));
  }

  /** {@inheritDoc @rsync-io/transport-async#AsyncSshTransport.executeRemoteRsync} */
  static override executeRemoteRsync<W extends Wire = 'pipe'>(
    target: string,
    rsyncArgs: readonly Word[],
    config: SshConnectConfig = {},
    options: ConnectOptions<W> = {},
  ): Promise<AsyncSshTransport<W>> {
    return super.executeRemoteRsync(target, rsyncArgs, config, complete(options));
  }

  /** {@inheritDoc @rsync-io/transport-async#AsyncSshTransport.spawn} */
  static override spawn<W extends Wire = 'pipe'>(
    command: SshCommand,
    options: ConnectOptions<W> = {},
  ): Promise<AsyncSshTransport<W>> {
    return super.spawn(command, complete(options));
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof BareAsyncSshTransport;
  }
}

/** The class of `@rsync-io/transport-sync` with the platform's backends. Instances are of both classes. */
export class SshConnection extends BareSshConnection {
  /** {@inheritDoc @rsync-io/transport-sync#SshConnection.connect} */
  static override connect(
    target: string,
    config: SshConnectConfig = {},
    options: ConnectSyncOptions = {},
  ): SshConnection {
    return super.connect(target, config, complete(options));
  }

  /** {@inheritDoc @rsync-io/transport-sync#SshConnection.executeRemoteRsync} */
  static override executeRemoteRsync(
    target: string,
    rsyncArgs: readonly Word[],
    config: SshConnectConfig = {},
    options: ConnectSyncOptions = {},
  ): SshConnection {
    return super.executeRemoteRsync(target, rsyncArgs, config, complete(options));
  }

  /** {@inheritDoc @rsync-io/transport-sync#SshConnection.spawn} */
  static override spawn(command: SshCommand, options: ConnectSyncOptions = {}): SshConnection {
    return super.spawn(command, complete(options));
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof BareSshConnection;
  }
}

/**
 * Connects to `[user@]host` and runs `config.remoteCommand` there, or the login shell if it is not given.
 * Resolves when ssh has started, not when it is connected.
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
