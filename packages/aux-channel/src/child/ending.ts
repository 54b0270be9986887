import { RsyncIoError } from '../trait/errors.js';

/** The cause for which this process ended a child. */
type EndedBy = 'connect-timeout' | 'io-timeout' | 'abort' | 'kill' | 'wait-timeout' | 'disposal';

/** The decision of this process to end a child. */
export interface Ending {
  readonly by: EndedBy;
  /** The error for a reader of the interrupted wire; after a watchdog or an abort, also for `wait()`. */
  readonly reason: unknown;
}

/** Signal 0, and signals that do not end a process by default: a failure afterwards is the child's own. */
const HARMLESS = /^(?:0|SIG(?:CHLD|CONT|INFO|STOP|TSTP|TTIN|TTOU|URG|WINCH))$/;

/** The ending by a call of `kill()`, or `null` for a signal that does not end the child. */
export function endingByKill(label: string, signal: NodeJS.Signals): Ending | null {
  if (HARMLESS.test(signal)) return null;
  const message = `${label}: the child was sent ${signal} by kill(); its output may be incomplete.`;
  return { by: 'kill', reason: new RsyncIoError('ERR_KILLED', message) };
}

/** The ending of a child whose transport was disposed of. */
export function endingByDisposal(label: string): Ending {
  const message =
    `${label}: the connection was disposed of before its output was read to the end. ` +
    'Wait for the end of stdout first.';
  return { by: 'disposal', reason: new RsyncIoError('ERR_DISPOSED', message) };
}

/** The ending of a child that did not exit within the `timeoutMs` of `wait()`. */
export function endingByWaitTimeout(label: string, timeoutMs: number): Ending {
  const message =
    `${label}: wait() gave up after ${timeoutMs} ms, before the output was read to the end. ` +
    'Read faster, or raise timeoutMs.';
  return { by: 'wait-timeout', reason: new RsyncIoError('ERR_WAIT_TIMEOUT', message) };
}

/** Whether `wait()` reports this ending as an error; after the others it returns the status. */
export const failsWait = ({ by }: Ending): boolean =>
  by === 'connect-timeout' || by === 'io-timeout' || by === 'abort';
