import { existsSync, readFileSync } from 'node:fs';
import type { Observation } from '../matrix/observation.js';
import type { CarryReport } from './carry-report.js';

/** What `carry` wrote; `null` when it did not come so far. */
export function readReport(
  file: string,
  neutral: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Observation['carried'] {
  if (!existsSync(file)) return null;
  const { status, captured } = JSON.parse(readFileSync(file, 'utf8')) as CarryReport;
  return {
    status,
    captured: { ...captured, bytes: neutral(Buffer.from(captured.bytes, 'base64')) },
  };
}
