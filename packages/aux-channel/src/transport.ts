/** For authors of transports: starting, supervising and ending a child, and the parts of its channel. */
export { spawnArguments } from './command/spawn-arguments.js';
export { findSsh } from './command/find-ssh.js';
export { KILL_GRACE_MS, spawnChild } from './child/spawn-child.js';
export { attachStderr } from './child/attach-stderr.js';
export { inheritedSnapshot, SupervisedChild, type WireActivity } from './child/supervised-child.js';
export { type Ending, endingByDisposal, endingByWaitTimeout, failsWait } from './child/ending.js';
export { endWithProcess } from './child/end-with-process.js';
export { onAbort } from './child/on-abort.js';
export { spawnError, tooFewDescriptors } from './child/spawn-error.js';
export { haveSpareDescriptors } from './child/spare-descriptors.js';
export { InOrder } from './drain/in-order.js';
export { serveBlockedThread, warnOfFallback } from './drain/fallback.js';
export { linuxNetSetting, readQueued } from './drain/read-queued.js';
export { TailBuffer } from './drain/tail-buffer.js';
export { LineBatch } from './lines/line-batch.js';
export { LineSplitter } from './lines/line-splitter.js';
export { Forwarder } from './forward/forwarder.js';
export { type Koffi, loadKoffi } from './native/koffi.js';
export { bindUnix, type Reaped, type UnixCalls } from './native/unix.js';
export { bindWindows } from './native/windows.js';
export { checkOptions, optionsOf } from './options/check-options.js';
export {
  abortSignal,
  integer,
  isOptionsObject,
  literalOr,
  oneOf,
  positiveInteger,
  type Rules,
} from './options/rules.js';
export { descriptorTarget, forwardRule } from './forward/forward-options.js';
export { transportRules, type WaitOptions, waitRules } from './trait/transport-options.js';
export { nameErrorClasses } from './trait/error-classes.js';
export { remoteRsyncCommand } from './command/remote-rsync.js';
