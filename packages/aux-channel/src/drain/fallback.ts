import { fallbackChannel } from '../trait/diagnostics.js';
import type { BackendUnavailableError } from '../trait/errors.js';
import { standardErrorSink, writeMessage } from '../forward/sinks.js';
import type { StderrBackendName } from '../trait/trait.js';

const reported = new Set<string>();
let handler: FallbackHandler = printAndPublish;

/** Reports that a backend could not be used, and which one is used instead. */
export type FallbackHandler = (error: BackendUnavailableError, fallback: StderrBackendName) => void;

/** Replaces the default handler, which prints a line and publishes on `rsync-io:fallback`. */
export function setFallbackHandler(replacement: FallbackHandler): void {
  handler = replacement;
}

/** Reports a fallback once per process and cause. */
export function warnOfFallback(error: BackendUnavailableError, fallback: StderrBackendName): void {
  const cause = `${error.backend}: ${error.message}`;
  if (reported.has(cause)) return;
  reported.add(cause);
  handler(error, fallback);
}

function printAndPublish(error: BackendUnavailableError, fallback: StderrBackendName): void {
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
