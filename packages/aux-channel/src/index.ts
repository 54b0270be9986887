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
} from './trait.js';
export { describeExitStatus, exitStatus, type ExitStatus } from './exit-status.js';
export {
  BackendUnavailableError,
  ConnectTimeoutError,
  InvalidTargetError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
  TransportStateError,
  type WatchdogContext,
} from './errors.js';
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
} from './spawn/spawn-child.js';
export { attachStderr } from './spawn/attach-stderr.js';
export { childExitStatus, killChild } from './spawn/kill-child.js';
export { spawnError } from './spawn/spawn-error.js';
export { haveSpareDescriptors } from './spawn/spare-descriptors.js';
export { Deadline, Watchdog } from './watchdog.js';
export { configureStderrChannel } from './configure.js';
export { buildStderrChannel, type DrainOptions } from './channel.js';
export type { TransportOptions } from './transport-options.js';
export { handFallbacksTo, warnOfFallback, type FallbackListener } from './fallback.js';
export { ChildStderrEndpoint } from './child-stderr-endpoint.js';
export { readQueued } from './read-queued.js';
export { inheritedSnapshot } from './inherited-snapshot.js';
export { TailBuffer } from './tail-buffer.js';
export { LineSplitter, type LineBatch } from './warnings/line-splitter.js';
export {
  WARNING_QUEUE_CAPACITY,
  WarningQueue,
  type WarningQueueOptions,
} from './warnings/warning-queue.js';
export type { StderrLineListener } from './warnings/line-consumer.js';
export type { WarningsOption } from './warnings/line-fanout.js';
export { Forwarder, PROMPT_DELAY_MS, type ForwardOptions } from './forward/forwarder.js';
export type { ForwardPolicy } from './forward/policy.js';
export type { ForwardSink, ForwardTarget } from './forward/sink.js';
export { writeStandardErrorDirectly } from './forward/sink.js';
export type { WritableProbe } from './forward/fd-sink.js';
export type { SurfacePolicy } from './surface.js';
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
} from './diagnostics.js';
