import { channel } from 'node:diagnostics_channel';
import type { ExitStatus } from './exit-status.js';
import type { StderrBackendName, StderrLine, StderrSnapshot } from './trait.js';

/** Payload of `rsync-io:spawn`. */
export interface SpawnMessage {
  readonly label: string;
  readonly pid: number;
  readonly program: string;
  readonly backend: StderrBackendName;
}

/** Payload of `rsync-io:stderr:line`. */
export interface StderrLineMessage {
  readonly label: string;
  /** The child's process ID, as in `rsync-io:spawn` and `rsync-io:exit`. */
  readonly pid: number;
  readonly line: StderrLine;
  /** Number of lines of this child that the blocking transport dropped so far; 0 with the asynchronous one. */
  readonly dropped: number;
}

/** Payload of `rsync-io:fallback`, published once per process and cause. */
export interface FallbackMessage {
  /** The backend that could not be used. */
  readonly backend: StderrBackendName;
  /** The backend used instead. */
  readonly fallback: StderrBackendName;
  readonly error: Error;
}

/** Payload of `rsync-io:exit`. */
export interface ExitMessage {
  readonly label: string;
  readonly pid: number;
  readonly status: ExitStatus;
  readonly stderr: StderrSnapshot;
}

/** Channels of `node:diagnostics_channel`. Without a subscriber a message costs one check. */
export const spawnChannel = channel('rsync-io:spawn');
/** Publishes a {@link StderrLineMessage} for every line of stderr. */
export const stderrLineChannel = channel('rsync-io:stderr:line');
/** Publishes a {@link FallbackMessage} when a backend is unavailable. */
export const fallbackChannel = channel('rsync-io:fallback');
/** Publishes an {@link ExitMessage} when a child has exited and its capture is complete. */
export const exitChannel = channel('rsync-io:exit');
