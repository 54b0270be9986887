/** The callbacks of each signal, which share one listener: Node warns when a signal has more than ten. */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when `signal` is aborted, or at once when it already is. Many may share a signal.
 * @returns stops that; idempotent
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback();
    return () => {};
  }
  let all = listeners.get(signal);
  if (all === undefined) {
    const callbacks = new Set<() => void>();
    listeners.set(signal, (all = callbacks));
    signal.addEventListener('abort', () => callbacks.forEach((one) => one()), { once: true });
  }
  // Each call is one listener, though a function be given twice.
  const own = () => callback();
  all.add(own);
  return () => void all.delete(own);
}
