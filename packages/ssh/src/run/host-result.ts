import type { Explanation } from '@rsync-io/aux-channel';
import type { TextFields } from '../log/text-fields.js';

/**
 * Outcome of the command on one host.
 * - `ok`, `failed`: this process did not end ssh.
 * - `timeout`: ended by `--timeout`. `interrupted`: ended by a signal to this process.
 * - `cannot-start`: the program does not exist, or no descriptor was left.
 * - `not-started`: the run was interrupted before this host was started.
 */
export type HostOutcome =
  'ok' | 'failed' | 'timeout' | 'interrupted' | 'cannot-start' | 'not-started';

export interface HostResult {
  readonly host: string;
  readonly outcome: HostOutcome;
  /** ssh's exit status: that of the command, or 255. `null` when a signal ended ssh. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
  /** `null` if nothing failed, and if this process ended ssh. */
  readonly explanation: Pick<Explanation, 'kind' | 'summary' | 'hint'> | null;
}

/** The newest bytes of a stream, for `--json`. */
export interface CapturedText extends TextFields {
  readonly totalBytes: number;
  /** Number of older bytes that are not in the text. */
  readonly discardedBytes: number;
}

export interface HostOutput {
  readonly stdout: CapturedText;
  readonly stderr: CapturedText;
}

export const notStarted = (host: string): HostResult => ({
  host,
  outcome: 'not-started',
  ...{ code: null, signal: null, explanation: null },
  ...{ durationMs: 0, stdoutBytes: 0, stderrBytes: 0 },
});
