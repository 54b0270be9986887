import type { WritableProbe } from '../forward/fd-sink.js';
import { writeDescriptorsDirectly } from '../forward/sinks.js';
import { type FallbackHandler, setFallbackHandler } from './fallback.js';

/** What a thread needs to serve another thread that is blocked. */
export interface BlockedThreadOptions {
  /** Keeps writes of forwarded bytes from blocking; `null` where the platform cannot tell. */
  readonly probe: WritableProbe | null;
  /** Called once per cause, instead of printing and publishing it: the other thread does that. */
  readonly onFallback: FallbackHandler;
}

/**
 * Prepares this thread to drain on behalf of another one that blocks. `process.stderr` of a worker
 * needs turns of the thread that started it, so from now on this thread writes descriptors itself,
 * and it reports fallbacks to `onFallback` so that the process reports each one once. To be called
 * before the first channel is built.
 */
export function serveBlockedThread({ probe, onFallback }: BlockedThreadOptions): void {
  writeDescriptorsDirectly(probe);
  setFallbackHandler(onFallback);
}
