import type { ExitStatus, StderrSnapshot } from '@rsync-io/aux-channel';

/** What a transport said of its child in the end; `carry` writes it as JSON. */
export interface CarryReport {
  readonly status: ExitStatus;
  readonly captured: Omit<StderrSnapshot, 'bytes'> & {
    /** Base64. */
    readonly bytes: string;
  };
}
