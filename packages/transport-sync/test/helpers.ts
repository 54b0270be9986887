import { fileURLToPath } from 'node:url';
import { type RawCommandOptions, SshCommand } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { actor } from '@rsync-io/testkit';
import { SshConnection, type SyncTransportOptions } from '@rsync-io/transport-sync';

/** The backends of the platform, except win-shim, which has its own tests. */
const backends = process.platform === 'win32' ? [pipeBackend] : [socketpairBackend, pipeBackend];

export const quiet = {
  backends,
  forward: false,
  surface: 'never',
} as const satisfies SyncTransportOptions;

/** A child that performs the steps: see testkit's program `act`. */
export function acting(steps: string | readonly string[] = [], options: RawCommandOptions = {}) {
  const [file, ...words] = actor([steps].flat());
  return SshCommand.raw(file, words, options);
}

export const start = (
  steps: string | readonly string[] = [],
  options: Partial<SyncTransportOptions> = {},
) => SshConnection.spawn(acting(steps), { ...quiet, ...options });

/** Absolute path of a Node program in `test/fixtures`. */
export const fixture = (name: string) =>
  fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url));

export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
