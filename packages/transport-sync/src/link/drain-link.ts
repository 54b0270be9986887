import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  SHARE_ENV,
  Worker,
} from 'node:worker_threads';
import { endWithProcess } from '@rsync-io/aux-channel/transport';
import type { ErrorRecord } from '../error-record.js';
import { DrainThreadLostError } from '../errors.js';
import type { DrainThreadData, Message, Reply, RequestKind, Requests } from '../protocol.js';
import { revivedError } from '../revived-error.js';
import { hasExited, type Slots, ThreadSlot, threadSlots, ThreadState } from '../slots.js';
import { SLICE_MS } from '../wire/blocking-wire.js';
import { endOrphans, exitedWithin, type LiveConnection, pidIn } from './live-connections.js';
import { Liveness } from './liveness.js';
import { threadFile } from './thread-file.js';
import { withoutPreloads } from './thread-options.js';

/**
 * Limits a runaway backend or subscriber: the thread ends with an error instead of the process. Unit:
 * MiB.
 */
const THREAD_HEAP_MIB = 256;

type Result = { readonly value: unknown } | { readonly error: ErrorRecord };

let current: DrainLink | null = null;

/** Whether the next connection has to start the thread. */
export function needsThread(): boolean {
  return current === null || current.isLost;
}

/**
 * Returns the drain thread of this process (in a worker: of this thread), and starts it if necessary.
 * @param modules backends to load at the start
 */
export function drainLink(modules: readonly string[]): DrainLink {
  return needsThread() ? (current = new DrainLink(modules)) : (current as DrainLink);
}

/**
 * The main thread's side of the connection to the drain thread: sends requests, waits for replies and
 * detects a lost thread.
 */
export class DrainLink {
  readonly #slots: Slots = threadSlots();
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #liveness: Liveness;
  readonly #connections = new Map<number, LiveConnection>();
  /** Functions that each cancel the ending of a child together with this process. */
  readonly #exitDuties = new Map<number, () => void>();
  #lastId = 0;
  /** Replies to requests that are still waiting because a subscriber sent another request in between. */
  readonly #early = new Map<number, Result>();
  #fatal: Error | null = null;
  #lost: DrainThreadLostError | null = null;

  constructor(modules: readonly string[]) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: DrainThreadData = { port: port2, slots: this.#slots, modules };
    const file = threadFile();
    this.#worker = withoutPreloads(
      (options) =>
        new Worker(file, {
          ...options,
          name: 'rsync-io drain',
          workerData,
          transferList: [port2],
          // Children get the environment as it is at the time of the spawn.
          env: SHARE_ENV,
          resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB },
          // The thread also uses descriptors that belong to the main thread.
          trackUnmanagedFds: false,
          // Without both, Node sets O_NONBLOCK on this process's fd 1 and 2 (measured on Node 20).
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

  /** Returns the ID of a new connection for {@link request}. */
  nextConnection(): number {
    return (this.#lastId += 1);
  }

  /** From now on, a loss of the thread ends the connection and its child. */
  adopt(connection: number, live: LiveConnection): void {
    for (const [id, one] of this.#connections) {
      if (one.isUnreachable() && hasExited(one.slots)) this.forget(id);
    }
    this.#connections.set(connection, live);
  }

  /** From now on, until {@link forget}, the end of this process ends the child. */
  endWithProcess(connection: number, slots: Slots): void {
    const cancel = endWithProcess(pidIn(slots), (ms) => exitedWithin(slots, ms));
    this.#exitDuties.set(connection, cancel);
  }

  /** To be called when the child has exited or could not be started. Idempotent. */
  forget(connection: number): void {
    this.#connections.delete(connection);
    this.#exitDuties.get(connection)?.();
    this.#exitDuties.delete(connection);
  }

  /**
   * Sends a request to the thread and blocks until the reply.
   *
   * @param meanwhile called until the reply arrives; returns how long to wait before the next call.
   *   Unit: milliseconds
   * @throws the error that the thread replied with
   * @throws DrainThreadLostError
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
      if (Atomics.wait(this.#slots, ThreadSlot.replies, seen, ms) === 'timed-out')
        this.checkAlive();
    }
  }

  /** To be called when the caller's handle was garbage-collected. Never blocks, never throws. */
  release(connection: number): void {
    if (this.#lost === null) this.#post({ kind: 'release', connection });
  }

  /** @throws DrainThreadLostError */
  checkAlive(): void {
    const reason = this.#lost === null ? this.#liveness.check() : 'it ended';
    if (reason !== null) throw this.#lose(reason);
  }

  #post(message: Message): void {
    this.#port.postMessage(message);
  }

  /** Returns the reply to request `id`, if it has arrived. */
  #take(id: number): Result | null {
    const early = this.#early.get(id);
    if (early !== undefined) {
      this.#early.delete(id);
      return early;
    }
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: Reply } | undefined;
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
    this.#port.close();
    endOrphans([...this.#connections.values()], this.#lost);
    for (const connection of [...this.#connections.keys()]) this.forget(connection);
    return this.#lost;
  }
}
