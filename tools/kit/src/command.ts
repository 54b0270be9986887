/** This machine cannot run the command; the message states why and what to do. */
export class UnsupportedError extends Error {}

/** The arguments are wrong; the message names the wrong one. */
export class UsageError extends Error {}

/** Exit status after Ctrl-C, by the convention of shells. */
export const INTERRUPTED = 130;

/**
 * A signal that aborts at the first SIGINT or SIGTERM, so that the command can clean up. The second one ends
 * the process.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`Ended by ${signal}.`)));
  }
  return controller.signal;
}
