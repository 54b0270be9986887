import type { StderrSnapshot } from '../trait/trait.js';

/** What a transport knows of a stderr that its child inherited: nothing was captured. */
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
