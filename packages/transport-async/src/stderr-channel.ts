import {
  configureStderrChannel,
  type SshCommand,
  type StderrAuxChannel,
} from '@rsync-io/aux-channel';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';
import { attachStderr, type SpawnedChild } from '@rsync-io/aux-channel/transport';
import type { AsyncTransportOptions } from './options.js';

// A module of its own, so that the build without the flag drops it whole, imports included.

/** Before the spawn: the endpoint whose child's end becomes fd 2. */
export function openEndpoint(options: AsyncTransportOptions): Promise<StderrEndpoint | null> {
  return configureStderrChannel(options.backends);
}

/** Right after the spawn: the drain. */
export function startChannel(
  spawned: SpawnedChild,
  command: SshCommand,
  options: AsyncTransportOptions,
): Promise<StderrAuxChannel<Promise<void>> | null> {
  return attachStderr(command, spawned, { ...options, label: command.label });
}
