import { fallbackChannel } from '../trait/diagnostics.js';
import type { BackendUnavailableError } from '../trait/errors.js';
import { standardErrorSink, writeMessage } from '../forward/sink.js';
import type { StderrBackendName } from '../trait/trait.js';

const told = new Set<string>();
let handOn: FallbackListener | null = null;

/** Tells, elsewhere, what {@link warnOfFallback} would. */
export type FallbackListener = (
  error: BackendUnavailableError,
  fallback: StderrBackendName,
) => void;

/**
 * For a thread that serves another one: from now on `listener` gets each cause, once, and nothing is
 * printed or published here. So a process says it once, whichever thread came upon it.
 */
export function handFallbacksTo(listener: FallbackListener): void {
  handOn = listener;
}

/** Tells, once per process and cause, that a backend could not be used and what is used instead. */
export function warnOfFallback(error: BackendUnavailableError, fallback: StderrBackendName): void {
  const cause = `${error.backend}: ${error.message}`;
  if (told.has(cause)) return;
  told.add(cause);
  if (handOn !== null) {
    handOn(error, fallback);
    return;
  }
  if (fallbackChannel.hasSubscribers) {
    fallbackChannel.publish({ backend: error.backend, fallback, error });
  }
  const consequence =
    fallback === 'inherit'
      ? 'ssh writes to this stderr itself, and nothing is captured'
      : `using the ${fallback} backend instead`;
  const message = `rsync-io: ${error.message}; ${consequence}.\n`;
  writeMessage(standardErrorSink(), Buffer.from(message));
}
