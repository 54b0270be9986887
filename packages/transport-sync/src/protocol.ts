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
import type { Slots } from './slots.js';
import type { PackedLines } from './packed-lines.js';

/** `workerData` of the drain thread. */
export interface DrainThreadData {
  readonly port: MessagePort;
  readonly slots: Slots;
}

/** What the thread needs to start and keep a connection. */
export interface ConnectionOrder {
  /** Fields only: methods and prototype stay behind. */
  readonly command: SshCommand;
  /** Ends for the child. They stay the main thread's, which closes them after the answer. */
  readonly childStdin: number;
  readonly childStdout: number;
  /** The parent's end, to be asked how much is queued. Never read or closed by the thread. */
  readonly parentStdout: number;
  readonly slots: Slots;
  readonly backends: readonly Pick<StderrBackend, 'name' | 'module'>[];
  readonly forward: ForwardOptions<number> | false;
  /** Capacity of the queue for lines; `null`: nobody wants them. */
  readonly warnings: number | null;
  readonly surface: SurfacePolicy;
  /** Whether `rsync-io:stderr:line` has subscribers in the main thread. */
  readonly publishLines: boolean;
}

/** Lines for `rsync-io:stderr:line`. */
export interface LinesToPublish {
  readonly lines: PackedLines;
  /** Lines of the connection that found no room, until now. */
  readonly dropped: number;
}

/** The end of a connection, complete: the thread keeps nothing of it but an abandoned channel. */
export interface FinalReport {
  readonly status: ExitStatus;
  readonly snapshot: StderrSnapshot;
  readonly lines: PackedLines;
  readonly toPublish: LinesToPublish;
}

/** A backend that could not be used, to be told by the main thread. */
export interface FallbackRecord {
  readonly backend: StderrSnapshot['backend'];
  readonly fallback: StderrSnapshot['backend'];
  readonly error: ErrorRecord;
}

/** Requests, and what answers them. */
export interface Requests {
  spawn: {
    asks: { order: ConnectionOrder };
    answers: { pid: number; backend: StderrSnapshot['backend']; fallbacks: FallbackRecord[] };
  };
  snapshot: { asks: object; answers: StderrSnapshot };
  lines: { asks: object; answers: PackedLines };
  /** Takes what there is to publish; `wanted` says whether more is to be kept. */
  publishLines: { asks: { wanted: boolean }; answers: LinesToPublish };
  kill: { asks: { signal: NodeJS.Signals }; answers: boolean };
  cancelConnectWatchdog: { asks: object; answers: null };
  wait: { asks: { surface: boolean }; answers: FinalReport };
  /** `null`: nothing of it was left, and its final report has been told. */
  dispose: { asks: object; answers: FinalReport | null };
}

export type RequestKind = keyof Requests;

/** From the main thread. A ping is answered by {@link ThreadSlot.beats} alone. */
export type Message =
  | { readonly kind: 'ping' }
  | {
      [Kind in RequestKind]: {
        readonly kind: Kind;
        readonly id: number;
        readonly connection: number;
      } & Requests[Kind]['asks'];
    }[RequestKind];

/** To the main thread. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ErrorRecord }
  /** The last words of a dying thread. */
  | { readonly fatal: ErrorRecord };
