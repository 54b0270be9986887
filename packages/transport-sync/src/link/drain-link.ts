import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  SHARE_ENV,
  Worker,
} from 'node:worker_threads';
import { revivedError, type ErrorRecord } from '../error-record.js';
import { DrainThreadLostError } from '../errors.js';
import type { DrainThreadData, Message, Reply, RequestKind, Requests } from '../protocol.js';
import { type Slots, ThreadSlot, threadSlots, ThreadState } from '../slots.js';
import { SLICE_MS } from '../wire/blocking-wire.js';
import { addLive, endOrphans, type LiveConnection, removeLive } from './live-connections.js';
import { Liveness } from './liveness.js';
import { threadArguments } from './thread-arguments.js';

/** Bounds a runaway backend or subscriber: the thread ends with an error, not the process. Unit: MiB. */
const THREAD_HEAP_MIB = 256;

type Answer = { readonly value: unknown } | { readonly error: ErrorRecord };

let current: DrainLink | null = null;

/** Whether the next connection will have to start a thread. */
export function needsThread(): boolean {
  return current === null || current.isLost;
}

/** The drain thread of this process (of this thread, in a worker), started if there is none. */
export function drainLink(): DrainLink {
  return needsThread() ? (current = new DrainLink()) : (current as DrainLink);
}

/** This side of the thread border: asks, waits for the answer, and notices when none can come. */
export class DrainLink {
  readonly #slots: Slots = threadSlots();
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #connections = new Map<number, LiveConnection>();
  #lastId = 0;
  /** Answers that came while another question was asked in between: a subscriber may ask, too. */
  readonly #early = new Map<number, Answer>();
  #fatal: Error | null = null;
  #lost: DrainThreadLostError | null = null;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: DrainThreadData = { port: port2, slots: this.#slots };
    const execArgv = threadArguments(process.execArgv);
    this.#worker = new Worker(new URL('./drain-thread.js', import.meta.url), {
      name: 'rsync-io drain',
      workerData,
      transferList: [port2],
      ...(execArgv && { execArgv }),
      // Children see the environment as it is at the spawn.
      env: SHARE_ENV,
      resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MIB },
      // Descriptors of the main thread pass through there.
      trackUnmanagedFds: false,
      // Without both, Node sets O_NONBLOCK on this process's fd 1 and 2 (measured on Node 20). They are
      // never read: that would keep this process running.
      stdout: true,
      stderr: true,
    });
    this.#worker.unref();
    this.#worker.on('error', (error) => (this.#fatal ??= error));
    this.#worker.on('exit', () => this.#lose('it ended'));
  }

  get isLost(): boolean {
    return this.#lost !== null || Atomics.load(this.#slots, ThreadSlot.state) === ThreadState.dead;
  }

  /** The number that names a new connection in {@link request}. */
  nextConnection(): number {
    return (this.#lastId += 1);
  }

  /** From now on the connection is told, and its child ended, when the thread is lost. */
  adopt(connection: number, live: LiveConnection): void {
    this.#connections.set(connection, live);
    addLive(live);
  }

  forget(connection: number): void {
    const live = this.#connections.get(connection);
    if (live === undefined) return;
    this.#connections.delete(connection);
    removeLive(live);
  }

  /**
   * Asks the thread, and blocks until it has answered.
   *
   * @param meanwhile called while there is no answer; returns how long to wait for it. Unit: ms
   * @throws the error that the thread answered with
   * @throws DrainThreadLostError
   */
  request<Kind extends RequestKind>(
    kind: Kind,
    connection: number,
    asks: Requests[Kind]['asks'],
    meanwhile: () => number = () => SLICE_MS,
  ): Requests[Kind]['answers'] {
    if (this.#lost !== null) throw this.#lost;
    const id = (this.#lastId += 1);
    this.#post({ kind, id, connection, ...asks } as Message);
    const vigil = this.vigil();
    for (;;) {
      const seen = Atomics.load(this.#slots, ThreadSlot.replies);
      const reply = this.#take(id);
      if (reply !== null) {
        if ('error' in reply) throw revivedError(reply.error);
        return reply.value as Requests[Kind]['answers'];
      }
      const ms = meanwhile();
      if (Atomics.wait(this.#slots, ThreadSlot.replies, seen, ms) === 'timed-out') vigil();
    }
  }

  /** For one wait: throws DrainThreadLostError when the thread is gone. */
  vigil(): () => void {
    const liveness = new Liveness(this.#slots, () => this.#post({ kind: 'ping' }));
    return () => {
      const reason = this.#lost === null ? liveness.look() : 'it ended';
      if (reason !== null) throw this.#lose(reason);
    };
  }

  #post(message: Message): void {
    this.#port.postMessage(message);
  }

  /** The answer to request `id`, if it has come. */
  #take(id: number): Answer | null {
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
    this.#connections.clear();
    return this.#lost;
  }
}
