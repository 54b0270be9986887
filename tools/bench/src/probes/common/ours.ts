import type { SyncTransportOptions } from '@rsync-io/transport-sync';
import type { AsyncSshTransport, AsyncTransportOptions, Wire } from '@rsync-io/transport-async';

type Words = readonly [program: string, ...args: string[]];

const common = async () => {
  const { SshCommand } = await import('@rsync-io/aux-channel');
  const { socketpairBackend } = await import('@rsync-io/socketpair');
  return { SshCommand, defaults: { backends: [socketpairBackend], forward: false } as const };
};

/**
 * Returns a function that starts a child by the asynchronous transport, with the flag on. The packages are
 * loaded by this call, because a peer in the same file must not load them.
 */
export async function asyncTransport() {
  const { SshCommand, defaults } = await common();
  const { AsyncSshTransport } = await import('@rsync-io/transport-async/ssh-socketpair-stderr');
  return <W extends Wire = 'pipe'>(
    [program, ...args]: Words,
    options: Partial<AsyncTransportOptions<W>> = {},
  ): Promise<AsyncSshTransport<W>> =>
    AsyncSshTransport.spawn<W>(SshCommand.raw(program, args), { ...defaults, ...options });
}

/** The same with the blocking transport. */
export async function syncTransport() {
  const { SshCommand, defaults } = await common();
  const { SshConnection } = await import('@rsync-io/transport-sync');
  return ([program, ...args]: Words, options: Partial<SyncTransportOptions> = {}) =>
    SshConnection.spawn(SshCommand.raw(program, args), { ...defaults, ...options });
}
