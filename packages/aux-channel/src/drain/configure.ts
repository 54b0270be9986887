import { backendList } from '../trait/backend-list.js';
import { BackendUnavailableError } from '../trait/errors.js';
import { warnOfFallback } from './fallback.js';
import type { StderrBackend, StderrEndpoint } from '../trait/trait.js';

/**
 * Opens the first backend that works. A backend that fails is reported once per process and cause (one
 * line on stderr, and `rsync-io:fallback` on `diagnostics_channel`), and never causes a rejection.
 * @returns the endpoint, which the caller owns: pass it to {@link buildStderrChannel} after spawn, or
 *   call its `dispose()` if there is no spawn. `null` when no backend works: the child inherits fd 2
 * @throws InvalidOptionError (as rejection) if `backends` is not an array of backends
 */
export async function configureStderrChannel(
  backends: readonly StderrBackend[],
): Promise<StderrEndpoint | null> {
  backendList.check(backends, 'backends');
  for (const [index, backend] of backends.entries()) {
    try {
      return await backend.open();
    } catch (error) {
      warnOfFallback(asUnavailable(backend, error), backends[index + 1]?.name ?? 'inherit');
    }
  }
  return null;
}

function asUnavailable(backend: StderrBackend, error: unknown): BackendUnavailableError {
  if (error instanceof BackendUnavailableError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BackendUnavailableError(backend.name, reason, { cause: error });
}
