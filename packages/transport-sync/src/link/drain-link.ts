import { MessageChannel, receiveMessageOnPort, SHARE_ENV, Worker } from 'node:worker_threads';
import { endWithProcess } from '@rsync-io/aux-channel/transport';
import type { ErrorRecord } from '../error-record.js';
import { DrainThreadLostError } from '../errors.js';
import type { DrainThreadData, Message, Reply, RequestKind, Requests } from '../protocol.js';
import { revivedError } from '../revived-error.js';
import {
  hasExited,
  pidIn,
  SLICE_MS,
  type Slots,
  ThreadSlot,
  threadSlots,
  ThreadState,
} from '../slots.js';
import { endOrphans, exitedWithin, type Handle, type LiveConnection } from './live-connections.js';
import type { WireEnds } from '../wire/wire-ends.js';
import { Liveness } from './liveness.js';
import { threadFile } from './thread-file.js';
import { withoutPreloads } from './thread-options.js';

/** If a backend or subscriber needs more, the thread ends with an error, not the process. Unit: MiB. */
const THREAD_HEAP_MIB = 256;

export interface Connection {
  readonly link: DrainLink;
  readonly id: number;
  readonly slots: Slots;
  readonly owner: { handle: Handle | null };
}

type Result = { readonly value: unknown } | { readonly error: ErrorRecord };

let current: DrainLink | null = null;

/** If a handle that was not disposed of is collected, closes its descriptors and drops its connection. */
const lostHandles = new FinalizationRegistry<{ link: DrainLink; id: number; ends: WireEnds }>(
  ({ link, id, ends }) => {
    ends.close();
    link.release(id);
  },
);

export function needsThread(): boolean {
  return current === null || current.isLost;
}

/** Starts the drain thread if necessary. @param modules backends that a new thread loads */
export function drainLink(modules: readonly string[]): DrainLink {
  return needsThread() ? (current = new DrainLink(modules)) : (current as DrainLink);
}

/** For the main thread: sends requests to the drain thread, waits for replies, and detects its loss. */
export class DrainLink {
  readonly #slots: Slots = threadSlots();
  readonly #worker: Worker;
  readonly #channel = new MessageChannel();
  readonly #liveness: Liveness;
  readonly #connections = new Map<number, LiveConnection>();
  #lastId = 0;
  /** Replies to outer requests, received while a subscriber's own request was waiting. */
  readonly #early = new Map<number, Result>();
  #fatal: Error | null = null;
  #lost: DrainThreadLostError | null = null;

  constructor(modules: readonly string[]) {
    const { port2 } = this.#channel;
    const workerData: DrainThreadData = { port: port2, slots: this.#slots, modules };
    const file = threadFile();
    this.#worker = withoutPreloads(
      (options) =>
        new Worker(file, {
          ...options,
          name: 'rsync-io drain',
          workerData,
          transferList: [port2],
          // Children receive the environment as it is at the time of the spawn.
          env: SHARE_ENV,
          resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB },
          // The thread also uses descriptors that belong to the main thread.
          trackUnmanagedFds: false,
          // Without these, Node sets O_NONBLOCK on this process's fd 1 and 2 (measured on Node 20).
          stdout: true,
          stderr: true,
        }),
    );
    // Otherwise the first output of the thread would keep this process running.
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream._read = () => {};
    this.#liveness = new Liveness(this.#slots, () => this.#post({ kind: 'ping' }));
    this.#worker.unref();
    this.#worker.on('error', (error) => (this.#fatal ??= error));
    this.#worker.on('exit', () => this.#lose('it ended'));
  }

  get isLost(): boolean {
    return this.#lost !== null || Atomics.load(this.#slots, ThreadSlot.state) === ThreadState.dead;
  }

  connection(slots: Slots): Connection {
    return { link: this, id: (this.#lastId += 1), slots, owner: { handle: null } };
  }

  /** If the thread is lost after this call, the child is ended and `handle` is notified. */
  adopt({ id, slots, owner }: Connection, handle: Handle, ends: WireEnds): void {
    for (const [other, live] of this.#connections) {
      if (live.owner.deref() === undefined && hasExited(live.slots)) this.forget(other);
    }
    owner.handle = handle;
    this.#connections.set(id, { slots, owner: new WeakRef(owner) });
    lostHandles.register(handle, { link: this, id, ends });
  }

  /** Until {@link forget} is called, the end of this process ends the child. */
  endWithProcess({ id, slots }: Connection): void {
    const live = this.#connections.get(id);
    if (live === undefined) return;
    live.cancelExitDuty = endWithProcess(pidIn(slots), (ms) => exitedWithin(slots, ms));
  }

  /** Call it when the child has exited or could not be started. Idempotent. */
  forget(id: number): void {
    const live = this.#connections.get(id);
    if (live === undefined) return;
    live.cancelExitDuty?.();
    const owner = live.owner.deref();
    if (owner !== undefined) owner.handle = null;
    this.#connections.delete(id);
  }

  /**
   * Sends a request to the thread and blocks until the reply. In between it calls `meanwhile`, which
   * returns the time until its next call. Unit: milliseconds.
   * @throws DrainThreadLostError, or the error that the thread replied with
   */
  request<Kind extends RequestKind>(
    kind: Kind,
    connection: number,
    params: Requests[Kind]['params'],
    meanwhile: () => number = () => SLICE_MS,
  ): Requests[Kind]['result'] {
    if (this.#lost !== null) throw this.#lost;
    const id = (this.#lastId += 1);
    this.#post({ kind, id, connection, ...params } as Message);
    for (;;) {
      const seen = Atomics.load(this.#slots, ThreadSlot.replies);
      const reply = this.#take(id);
      if (reply !== null) {
        if ('error' in reply) throw revivedError(reply.error);
        return reply.value as Requests[Kind]['result'];
      }
      const ms = meanwhile();
      const woken = Atomics.wait(this.#slots, ThreadSlot.replies, seen, ms);
      if (woken === 'timed-out') this.checkAlive();
    }
  }

  /** Never blocks, never throws. */
  release(id: number): void {
    if (this.#lost === null) this.#post({ kind: 'release', connection: id });
  }

  checkAlive(): void {
    const reason = this.#lost === null ? this.#liveness.check() : 'it ended';
    if (reason !== null) throw this.#lose(reason);
  }

  #post(message: Message): void {
    this.#channel.port1.postMessage(message);
  }

  #take(id: number): Result | null {
    const early = this.#early.get(id);
    if (early !== undefined) {
      this.#early.delete(id);
      return early;
    }
    for (;;) {
      const received = receiveMessageOnPort(this.#channel.port1) as { message: Reply } | undefined;
      if (received === undefined) return null;
      const reply = received.message;
      if ('fatal' in reply) this.#fatal ??= revivedError(reply.fatal);
      else if (reply.id === id) return reply;
      else this.#early.set(reply.id, reply);
    }
  }

  /** Idempotent, never throws. */
  #lose(reason: string): DrainThreadLostError {
    if (this.#lost !== null) return this.#lost;
    this.#take(-1);
    const cause = this.#fatal;
    const detail = cause === null ? reason : `${reason} (${cause.message})`;
    this.#lost = new DrainThreadLostError(detail, cause === null ? undefined : { cause });
    void this.#worker.terminate();
    this.#channel.port1.close();
    endOrphans([...this.#connections.values()], this.#lost);
    for (const id of [...this.#connections.keys()]) this.forget(id);
    return this.#lost;
  }
}
