/** For callers: the channel, its lines, forwarding, commands, explanations and errors. */
export {
  DRAIN_JOIN_TIMEOUT_MS,
  MAX_LINE_BYTES,
  STDERR_BUFFER_CAP,
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
  InvalidOptionError,
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
export { type Operand, parseOperand } from './command/operand.js';
export { parseRemoteShell, type RemoteShell } from './command/remote-shell.js';
export { parseTarget, type SshTarget } from './command/target.js';
export type { Word } from './command/word.js';
export { quoteForShell } from './command/quote.js';
export { configureStderrChannel } from './drain/configure.js';
export { buildStderrChannel } from './drain/channel.js';
export type { DrainOptions } from './drain/drain-options.js';
export type { TransportOptions } from './trait/transport-options.js';
export {
  WARNING_QUEUE_CAPACITY,
  WarningQueue,
  type WarningQueueOptions,
} from './lines/warning-queue.js';
export type { StderrLineListener } from './lines/line-callback.js';
export type { WarningsOption } from './lines/line-dispatcher.js';
export type { ForwardOptions } from './forward/forward-options.js';
export type { ForwardPolicy } from './forward/policy.js';
export type { ForwardSink, ForwardTarget } from './forward/sink.js';
export type { SurfacePolicy } from './drain/surface.js';
export { explain, type ExplanationEvidence } from './explain/explain.js';
export type { Explanation, ExplanationKind } from './explain/explanation.js';
export { rsyncExitCode } from './explain/exit-code.js';
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
