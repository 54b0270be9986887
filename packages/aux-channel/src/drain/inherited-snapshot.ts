import type { StderrSnapshot } from '../trait/trait.js';

/** The snapshot of a stderr that the child inherited: nothing was captured. */
export function inheritedSnapshot(): StderrSnapshot {
  return {
    bytes: new Uint8Array(0),
    totalBytes: 0,
    discardedBytes: 0,
    droppedWarnings: 0,
    backend: 'inherit',
    ended: null,
  };
}
