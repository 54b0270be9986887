import { describeExitStatus, type ExitStatus } from '../trait/exit-status.js';
import { explain } from '../explain/explain.js';

/**
 * Whether a failure and its captured stderr are printed at the end.
 * - `unless-forwarded`: always the headline; the captured tail only if it was not shown live.
 * - `always`: headline and tail.
 * - `never`: nothing is printed.
 */
export type SurfacePolicy = 'unless-forwarded' | 'always' | 'never';

/** The text printed for an unsuccessful status. Ends with a newline. */
export function surfaceText(status: ExitStatus, stderr: Uint8Array, withTail: boolean): Uint8Array {
  const headline = `ssh process ${describeExitStatus(status)}:`;
  const tail = trimmed(stderr);
  if (withTail && tail.length > 0) {
    return Buffer.concat([Buffer.from(`${headline}\n`), tail, Buffer.from('\n')]);
  }
  return Buffer.from(`${headline} ${remark(status, stderr)}\n`);
}

function remark(status: ExitStatus, stderr: Uint8Array): string {
  const { kind, summary, hint } = explain(stderr, status);
  if (kind !== 'unknown') return hint === '' ? summary : `${summary}. ${hint}`;
  return stderr.length > 0 ? 'its messages are above' : 'it wrote nothing to stderr';
}

const trimmed = (bytes: Uint8Array): Uint8Array =>
  bytes.subarray(bytes.findIndex(isText), bytes.findLastIndex(isText) + 1);

const isText = (byte: number) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d);
