import { fileURLToPath } from 'node:url';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { SshCommand } from '@rsync-io/aux-channel';
import { SshConnection, type SyncTransportOptions } from '@rsync-io/transport-sync';

export const quiet = {
  backends: [socketpairBackend, pipeBackend],
  forward: false,
  surface: 'never',
} as const satisfies SyncTransportOptions;

export const shell = (script: string, options = {}) =>
  SshCommand.raw('sh', ['-c', script], options);

export const start = (script: string, options: Partial<SyncTransportOptions> = {}) =>
  SshConnection.spawn(shell(script), { ...quiet, ...options });

/** Absolute path of a small program beside the tests, for Node. */
export const fixture = (name: string) =>
  fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url));

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
