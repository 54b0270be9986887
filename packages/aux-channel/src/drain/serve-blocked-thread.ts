import type { WritableProbe } from '../forward/fd-sink.js';
import { writeDescriptorsDirectly } from '../forward/sinks.js';
import { type FallbackHandler, setFallbackHandler } from './fallback.js';

/**
 * Prepares this thread to drain for another thread that blocks, on whose event loop `process.stderr` of a
 * worker depends. Call it before the first channel is built.
 * @param probe keeps writes of forwarded bytes from blocking; `null` if the platform has no such check
 * @param onFallback called once per cause; the other thread prints and publishes the fallback
 */
export function serveBlockedThread(probe: WritableProbe | null, onFallback: FallbackHandler): void {
  writeDescriptorsDirectly(probe);
  setFallbackHandler(onFallback);
}
