import type { MessagePort } from 'node:worker_threads';
import type {
  ExitStatus,
  ForwardOptions,
  SshCommand,
  StderrBackend,
  StderrSnapshot,
  SurfacePolicy,
} from '@rsync-io/aux-channel';
import type { ErrorRecord } from './error-record.js';
import type { PackedLines } from './packed-lines.js';
import type { Slots } from './slots.js';

/** A backend in a message: the thread loads it from its file. */
export type BackendModule = Pick<StderrBackend, 'name' | 'module'>;

export interface DrainThreadData {
  readonly port: MessagePort;
  readonly slots: Slots;
  /** URLs of backends to load at the start, while descriptors are available. */
  readonly modules: readonly string[];
}

export interface SpawnRequest {
  /** Fields only: structured clone drops methods and the prototype. */
  readonly command: SshCommand;
  /** The child's ends. The main thread keeps them, and closes them after the reply. */
  readonly childStdin: number;
  readonly childStdout: number;
  /** The parent's end, used to query how much is queued. The thread neither reads nor closes it. */
  readonly parentStdout: number;
  readonly slots: Slots;
  readonly backends: readonly BackendModule[];
  readonly forward: ForwardOptions<number> | false;
  /** Capacity of the line queue. Unit: lines. */
  readonly lineCapacity: number;
  /** Whether lines are kept for `takeWarnings()`, with or without subscribers. */
  readonly keepLines: boolean;
  readonly surface: SurfacePolicy;
}

export interface QueuedLines {
  readonly lines: PackedLines;
  /** Number of lines of the connection that did not fit into the queue so far. */
  readonly dropped: number;
}

export interface EndingRecord {
  readonly reason: ErrorRecord;
  /** Whether `wait()` throws the reason. */
  readonly failsWait: boolean;
}

/** The complete result of a connection. The thread then drops it, unless its channel is abandoned. */
export interface FinalReport {
  readonly status: ExitStatus;
  readonly snapshot: StderrSnapshot;
  readonly queued: QueuedLines;
  readonly ending: EndingRecord | null;
}

export interface FallbackRecord {
  readonly fallback: StderrSnapshot['backend'];
  readonly error: ErrorRecord;
}

export interface Requests {
  spawn: {
    params: { request: SpawnRequest };
    result: { backend: StderrSnapshot['backend']; fallbacks: FallbackRecord[] };
  };
  snapshot: { params: object; result: StderrSnapshot };
  lines: { params: object; result: QueuedLines };
  ending: { params: object; result: EndingRecord | null };
  kill: { params: { signal: NodeJS.Signals }; result: boolean };
  cancelConnectWatchdog: { params: object; result: null };
  releaseStderr: { params: object; result: null };
  /** The thread ends the child after `timeoutMs`; `null` waits without a limit. */
  wait: { params: { surface: boolean; timeoutMs: number | null }; result: FinalReport };
  /** `null` if the final report was already sent and the connection was dropped. */
  dispose: { params: object; result: FinalReport | null };
}

export type RequestKind = keyof Requests;

export type Request = {
  [Kind in RequestKind]: {
    readonly kind: Kind;
    readonly id: number;
    readonly connection: number;
  } & Requests[Kind]['params'];
}[RequestKind];

export type Message =
  | Request
  /** The thread increments {@link ThreadSlot.beats} and sends no reply. */
  | { readonly kind: 'ping' }
  /** The caller's handle was garbage-collected. The connection is dropped once the child has exited. */
  | { readonly kind: 'release'; readonly connection: number };

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorRecord }
  /** The last message of a thread that ends with an error. */
  | { readonly fatal: ErrorRecord };
