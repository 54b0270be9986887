/**
 * How a child ended.
 *
 * A limit of Node's: it reports a child ended by a real-time signal (`SIGRTMIN` to `SIGRTMAX`) as exit
 * code 0, so such a child looks successful here, too (ADR 0008).
 */
export interface ExitStatus {
  /** The exit code, or `null` when a signal ended the child. */
  readonly code: number | null;
  /** The signal that ended the child, or `null` when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** `true` for exit code 0 only. */
  readonly success: boolean;
}

/** Makes an {@link ExitStatus} of what Node's `exit` event reports. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null = null): ExitStatus {
  return Object.freeze({ code, signal, success: code === 0 && signal === null });
}

/** The headline for a person, e.g. `exited with status 255` or `was killed by SIGTERM`. */
export function describeExitStatus(status: ExitStatus): string {
  return status.signal === null
    ? `exited with status ${status.code}`
    : `was killed by ${status.signal}`;
}
