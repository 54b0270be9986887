import { fallbackChannel } from './diagnostics.js';
import type { BackendUnavailableError } from './errors.js';
import { standardErrorSink } from './forward/sink.js';
import type { StderrBackendName } from './trait.js';

const told = new Set<string>();

/** Tells, once per process and cause, that a backend could not be used and what is used instead. */
export function warnOfFallback(error: BackendUnavailableError, fallback: StderrBackendName): void {
  const cause = `${error.backend}: ${error.message}`;
  if (told.has(cause)) return;
  told.add(cause);
  if (fallbackChannel.hasSubscribers) {
    fallbackChannel.publish({ backend: error.backend, fallback, error });
  }
  const consequence =
    fallback === 'inherit'
      ? 'ssh writes to this stderr itself, and nothing is captured'
      : `using the ${fallback} backend instead`;
  standardErrorSink().write(Buffer.from(`rsync-io: ${error.message}; ${consequence}.\n`));
}
