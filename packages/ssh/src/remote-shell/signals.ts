import { constants } from 'node:os';
import type { ExitStatus } from '@rsync-io/aux-channel';

/** Signals by which a terminal or a parent ends a remote shell; rsync does it by SIGUSR1 (its cleanup.c). */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * SIGUSR1 ends this process, as it ends ssh. Node would open its debugger to whoever is on this machine,
 * and run on. (When the last listener goes, libuv gives a signal its default action back.)
 */
export function keepDebuggerShut(): void {
  const nothing = () => {};
  process.on('SIGUSR1', nothing).off('SIGUSR1', nothing);
}

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
