/** How long a sink may make no progress before its flush is given up. Unit: milliseconds. */
export const FLUSH_STALL_MS = 1000;

/**
 * Resolves when `pending()` is 0, or has not become less for {@link FLUSH_STALL_MS}. `onProgress`
 * registers for one call at the next change of `pending()`.
 */
export function flushWithin(
  pending: () => number,
  onProgress: (callback: () => void) => void,
): Promise<void> {
  if (pending() === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FLUSH_STALL_MS);
    const look = () => {
      if (pending() === 0) {
        clearTimeout(timer);
        resolve();
      } else {
        timer.refresh();
        onProgress(look);
      }
    };
    onProgress(look);
  });
}
