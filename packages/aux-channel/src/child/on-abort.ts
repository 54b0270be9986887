/** The callbacks of each signal share one listener, because Node warns of more than ten. */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once `signal` is aborted. Returns an idempotent function that cancels the call. */
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
  // Each call adds a separate callback, even for the same function.
  const own = () => callback();
  all.add(own);
  return () => void all.delete(own);
}
