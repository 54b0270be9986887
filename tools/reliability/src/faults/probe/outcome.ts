import { STDERR_BUFFER_CAP, type ExitStatus, type StderrSnapshot } from '@rsync-io/aux-channel';
import type { Arrivals } from '../../common/arrivals.ts';
import type { Combination } from '../fault-case.ts';
import type { Outcome } from './config.ts';

/** The events on one connection. */
export interface Seen {
  readonly echoed: Arrivals;
  /** Of spawn or `wait()`. */
  error: unknown;
  /** Of stdout or stdin. */
  wireError: unknown;
  status: ExitStatus | null;
  snapshot: StderrSnapshot | null;
}

/**
 * Compares a connection with one without a fault, whose child exits with 3.
 *
 * @param fallbacks messages on `rsync-io:fallback` since the section began
 */
export function outcomeOf(
  { echoed, error, wireError, status, snapshot }: Seen,
  { backend }: Combination,
  payload: Buffer,
  fallbacks: number,
): Outcome {
  const differences: string[] = [];
  const add = (applies: boolean, difference: string) =>
    void (applies && differences.push(difference));
  add(!echoed.intact, 'stdout has bytes that were not sent');
  if (error !== null) {
    add(status !== null, 'there is a status besides the error');
    return { isError: true, differences: [nameOf(error), ...differences] };
  }
  add(status?.code !== 3, String(status?.signal ?? status?.code));
  if (wireError !== null) add(true, `wire ${nameOf(wireError).split(' ').at(-1)}`);
  else add(echoed.total !== echoed.written.length, 'echo cut');

  const used = snapshot?.backend ?? 'none';
  add(used !== backend, `backend ${used}`);
  add(fallbacks !== Number(used !== backend), `${fallbacks} fallbacks reported`);
  const { bytes = new Uint8Array(0), totalBytes = 0, ended } = snapshot ?? {};
  if (used === 'inherit') add(bytes.length > 0, 'captured although fd 2 is inherited');
  else if (payload.subarray(-STDERR_BUFFER_CAP).equals(bytes) && totalBytes === payload.length) {
    add(ended !== 'eof', `ended by ${ended}`);
  } else {
    const isPart = payload.includes(Buffer.from(bytes));
    add(true, isPart ? `cut by ${ended}` : 'captured bytes that were not written');
  }
  return { isError: false, differences };
}

/** The class and code of an error. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `${typeof error} ${String(error)}`;
  return `${error.name} ${(error as NodeJS.ErrnoException).code ?? 'without a code'}`;
}
