/** What a run that succeeds silently does not need: in a file of its own, loaded when it is needed. */
export { openLog } from '../log/open-log.js';
export { packageVersion } from '../version.js';
export { captureStderr, reportFailure, spawnFailure } from './capture.js';
export { withRawBytes } from './raw-words.js';
export { usage } from './usage.js';
