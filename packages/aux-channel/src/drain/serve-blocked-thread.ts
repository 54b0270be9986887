import type { WritableProbe } from '../forward/fd-sink.js';
import { writeDescriptorsDirectly } from '../forward/sinks.js';
import { type FallbackHandler, setFallbackHandler } from './fallback.js';

/** Options for a thread that serves another, blocked thread. */
export interface BlockedThreadOptions {
  /** Prevents writes of forwarded bytes from blocking; `null` if the platform has no such check. */
  readonly probe: WritableProbe | null;
  /**
   * Called once per cause, instead of printing and publishing the fallback, which the other thread does.
   */
  readonly onFallback: FallbackHandler;
}

/**
 * Prepares this thread to drain for another thread that blocks. `process.stderr` of a worker depends on
 * the event loop of its parent thread, so this thread then writes descriptors itself. It reports
 * fallbacks to `onFallback`, so that the process reports each one once. Call it before the first channel
 * is built.
 */
export function serveBlockedThread({ probe, onFallback }: BlockedThreadOptions): void {
  writeDescriptorsDirectly(probe);
  setFallbackHandler(onFallback);
}
