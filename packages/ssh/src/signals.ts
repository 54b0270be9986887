import type { ExitStatus } from '@rsync-io/aux-channel';

/** Signals that end a process by default and that a process may catch, except SIGPIPE, which Node ignores. */
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
 * For command-line tools that stand in for another program: calls `send` with each signal that would end
 * this process, which then keeps running until its child has ended. (rsync ends its remote shell with
 * SIGUSR1.) Listens until disposed of. Signals that cannot be caught are not forwarded.
 * @param send passes the signal to the child, for example `(signal) => transport.kill(signal)`
 */
export function forwardSignals(send: (signal: NodeJS.Signals) => void): Disposable {
  // A name that is no signal of this platform is an event that nobody emits.
  for (const signal of FORWARDED) process.on(signal, send);
  return {
    [Symbol.dispose]: () => {
      for (const signal of FORWARDED) process.off(signal, send);
    },
  };
}

/** Ends this process as its child ended. Call it last, after {@link forwardSignals} has been disposed of. */
export function exitLike(status: ExitStatus): void {
  if (status.signal === null) {
    process.exitCode = status.code ?? 1;
    return;
  }
  // Loaded here, because the start of rsync-io-ssh would wait for it.
  const { constants } = process.getBuiltinModule('node:os');
  // The shells' convention, in case the signal does not end this process (Node ignores SIGPIPE).
  process.exitCode = 128 + constants.signals[status.signal];
  process.kill(process.pid, status.signal);
}
