/**
 * How a child ended. Node reports a child ended by a real-time signal (`SIGRTMIN` to `SIGRTMAX`) as exit
 * code 0, so such a child also looks successful here (ADR 0008).
 */
export interface ExitStatus {
  /** The exit code, or `null` when a signal ended the child. */
  readonly code: number | null;
  /** The signal that ended the child, or `null` when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** `true` for exit code 0 only. */
  readonly success: boolean;
}

/** Creates an {@link ExitStatus} from the arguments of Node's `exit` event. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null = null): ExitStatus {
  return Object.freeze({ code, signal, success: code === 0 && signal === null });
}

/** Describes a status, for example `exited with status 255` or `was killed by SIGTERM`. */
export function describeExitStatus(status: ExitStatus): string {
  return status.signal === null
    ? `exited with status ${status.code}`
    : `was killed by ${status.signal}`;
}
