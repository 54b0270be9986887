import { constants } from 'node:os';
import type { ExitStatus } from '@rsync-io/aux-channel';

/** Signals by which a terminal or a parent ends a remote shell. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Passes signals on instead of dying of them, until it is disposed of. */
export function passOnSignals(send: (signal: NodeJS.Signals) => void): Disposable {
  for (const signal of PASSED_ON) process.on(signal, send);
  return {
    [Symbol.dispose]: () => {
      for (const signal of PASSED_ON) process.off(signal, send);
    },
  };
}

/** Ends this process as the child ended: with its code, or by its signal. */
export function endLike(status: ExitStatus): void {
  if (status.signal === null) {
    process.exitCode = status.code ?? 1;
    return;
  }
  // The shells' convention, should the signal not end this process (Node ignores SIGPIPE).
  process.exitCode = 128 + constants.signals[status.signal];
  process.kill(process.pid, status.signal);
}
