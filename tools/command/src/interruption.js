/** Exit status of a command that Ctrl-C ended: the shells' convention for SIGINT. */
export const INTERRUPTED = 130;

/**
 * A signal that is aborted at the first Ctrl-C (or SIGTERM), so that what runs can end in order. Another one
 * ends this process as usual.
 */
export function interruption() {
  const controller = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => controller.abort(new Error(`Ended by ${signal}.`)));
  }
  return controller.signal;
}
