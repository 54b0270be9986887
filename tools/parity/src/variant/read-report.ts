import { existsSync, readFileSync } from 'node:fs';
import type { ExitStatus, StderrSnapshot } from '@rsync-io/aux-channel';
import type { Observation } from '../matrix/observation.ts';

/** What `remote-shell` writes as JSON. */
export interface TransportReport {
  readonly status: ExitStatus;
  readonly captured: Omit<StderrSnapshot, 'bytes'> & {
    /** Base64. */
    readonly bytes: string;
  };
  /** Codes or messages of Node's process warnings, which are not printed. */
  readonly warnings: readonly string[];
}

/** Returns `null` if there is no report. */
export function readReport(
  file: string,
  neutral: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Observation['transport'] {
  if (!existsSync(file)) return null;
  const { status, captured, warnings } = JSON.parse(readFileSync(file, 'utf8')) as TransportReport;
  const bytes = neutral(Buffer.from(captured.bytes, 'base64'));
  return { status, captured: { ...captured, bytes }, warnings };
}
