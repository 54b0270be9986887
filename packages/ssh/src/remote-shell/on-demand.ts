/** Modules loaded on demand: an ssh that succeeds without writing to stderr needs none of them. */
export { findSsh } from '@rsync-io/aux-channel/transport';
export { openLog } from '../log/open-log.js';
export { packageVersion } from '../own-package.js';
export { captureStderr, reportFailure, spawnFailure } from './capture.js';
export { withRawBytes } from './raw-words.js';
export { usage } from './usage.js';
