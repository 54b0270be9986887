import type { WritableProbe } from '../forward/fd-sink.js';
import { standardErrorSink, writeDescriptorsDirectly, writeMessage } from '../forward/sinks.js';
import { fallbackChannel } from '../trait/diagnostics.js';
import type { BackendUnavailableError } from '../trait/errors.js';
import type { StderrBackendName } from '../trait/trait.js';

const reported = new Set<string>();
let handler = printAndPublish;

/**
 * Prepares this thread to drain for a thread that blocks. A worker's `process.stderr` depends on the event
 * loop of that thread, so descriptors are written directly. Call it before the first channel is built.
 * @param probe keeps writes of forwarded bytes from blocking; `null` if the platform has no such check
 * @param onFallback called once per cause; the other thread prints and publishes the fallback
 */
export function serveBlockedThread(
  probe: WritableProbe | null,
  onFallback: typeof printAndPublish,
): void {
  writeDescriptorsDirectly(probe);
  handler = onFallback;
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
