import type { ExitStatus } from '@rsync-io/aux-channel';

/** Signals that end a process by default and that it can catch, except SIGPIPE, which Node ignores. */
const FORWARDED: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGXCPU',
  'SIGPWR',
  'SIGIO',
  'SIGSTKFLT',
];

/**
 * For command-line tools that replace another program: calls `send` for each signal that would end this
 * process, so that it keeps running until its child has ended. (rsync ends its remote shell with SIGUSR1.)
 * Listens until disposed of. Signals that cannot be caught are not forwarded.
 * @param send passes the signal to the child, for example `(signal) => transport.kill(signal)`
 */
export function forwardSignals(send: (signal: NodeJS.Signals) => void): Disposable {
  // On platforms without one of these signals, its listener is never called.
  for (const signal of FORWARDED) process.on(signal, send);
  return {
    [Symbol.dispose]: () => {
      for (const signal of FORWARDED) process.off(signal, send);
    },
  };
}

/** Ends this process in the way its child ended. Call it last, after {@link forwardSignals} is disposed of. */
export function exitLike(status: ExitStatus): void {
  if (status.signal === null) {
    process.exitCode = status.code ?? 1;
    return;
  }
  // Loaded only here, to keep the start of rsync-io-ssh fast.
  const { constants } = process.getBuiltinModule('node:os');
  // The convention of shells, in case the signal does not end this process (Node ignores SIGPIPE).
  process.exitCode = 128 + constants.signals[status.signal];
  process.kill(process.pid, status.signal);
}
