/** Modules loaded on demand. They are not needed if ssh succeeds without writing to stderr. */
export { findSsh } from '@rsync-io/aux-channel/transport';
export { openLog } from '../log/open-log.js';
export { packageVersion } from '../own-package.js';
export { captureStderr, reportFailure, spawnFailure } from './capture.js';
export { withRawBytes } from './raw-words.js';
export { usage } from './usage.js';
