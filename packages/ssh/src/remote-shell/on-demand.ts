/** The parts that a silent success does not need, in a file of their own that is loaded on demand. */
export { findSsh } from '@rsync-io/aux-channel/transport';
export { openLog } from '../log/open-log.js';
export { packageVersion } from '../version.js';
export { captureStderr, reportFailure, spawnFailure } from './capture.js';
export { withRawBytes } from './raw-words.js';
export { usage } from './usage.js';
