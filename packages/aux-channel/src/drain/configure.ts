import { rule, type Rule } from '../options/rules.js';
import { BackendUnavailableError } from '../trait/errors.js';
import { warnOfFallback } from './fallback.js';
import type { StderrBackend, StderrEndpoint } from '../trait/trait.js';

export const backendList: Rule<readonly StderrBackend[]> = rule(
  'an array of backends, such as platformBackends() of @rsync-io/ssh',
  (value) => Array.isArray(value) && value.every(isBackend),
);

function isBackend(value: unknown): boolean {
  const { name, module, open } = Object(value) as Partial<Record<keyof StderrBackend, unknown>>;
  return typeof name === 'string' && typeof module === 'string' && typeof open === 'function';
}

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
