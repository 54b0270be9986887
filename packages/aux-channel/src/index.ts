export {
  DRAIN_JOIN_TIMEOUT_MS,
  MAX_LINE_BYTES,
  STDERR_BUFFER_CAP,
  type QueueState,
  type ReadSink,
  type StderrAuxChannel,
  type StderrBackend,
  type StderrBackendName,
  type StderrEnd,
  type StderrEndpoint,
  type StderrLine,
  type StderrSnapshot,
} from './trait/trait.js';
export { describeExitStatus, exitStatus, type ExitStatus } from './trait/exit-status.js';
export {
  BackendUnavailableError,
  ConnectTimeoutError,
  InvalidTargetError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
  TransportStateError,
  type WatchdogContext,
} from './trait/errors.js';
export { SshCommand, type RawCommandOptions } from './command/ssh-command.js';
export {
  DEFAULT_CONNECT_TIMEOUT_MS,
  DEFAULT_KEEPALIVE,
  type SshConnectConfig,
} from './command/connect-config.js';
export { findSsh } from './command/find-ssh.js';
export { parseTarget, type SshTarget } from './command/target.js';
export { quoteForShell } from './command/quote.js';
export {
  KILL_GRACE_MS,
  spawnChild,
  type SpawnedChild,
  type WireStdio,
} from './child/spawn-child.js';
export { attachStderr } from './child/attach-stderr.js';
export { childExitStatus, killChild } from './child/kill-child.js';
export { spawnError } from './child/spawn-error.js';
export { haveSpareDescriptors } from './child/spare-descriptors.js';
export { Deadline, Watchdog } from './child/watchdog.js';
export { configureStderrChannel } from './drain/configure.js';
export { buildStderrChannel, type DrainOptions } from './drain/channel.js';
export type { TransportOptions } from './trait/transport-options.js';
export { handFallbacksTo, warnOfFallback, type FallbackListener } from './drain/fallback.js';
export { ChildStderrEndpoint } from './drain/child-stderr-endpoint.js';
export { readQueued } from './drain/read-queued.js';
export { inheritedSnapshot } from './drain/inherited-snapshot.js';
export { TailBuffer } from './drain/tail-buffer.js';
export { LineSplitter, type LineBatch } from './lines/line-splitter.js';
export {
  WARNING_QUEUE_CAPACITY,
  WarningQueue,
  type WarningQueueOptions,
} from './lines/warning-queue.js';
export type { StderrLineListener } from './lines/line-consumer.js';
export type { WarningsOption } from './lines/line-fanout.js';
export { Forwarder, PROMPT_DELAY_MS, type ForwardOptions } from './forward/forwarder.js';
export type { ForwardPolicy } from './forward/policy.js';
export type { ForwardSink, ForwardTarget } from './forward/sink.js';
export { writeStandardErrorDirectly } from './forward/sink.js';
export type { WritableProbe } from './forward/fd-sink.js';
export type { SurfacePolicy } from './drain/surface.js';
export { explain, type Explanation, type ExplanationKind } from './explain/explain.js';
export {
  exitChannel,
  fallbackChannel,
  spawnChannel,
  stderrLineChannel,
  type ExitMessage,
  type FallbackMessage,
  type SpawnMessage,
  type StderrLineMessage,
} from './trait/diagnostics.js';
