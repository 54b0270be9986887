import { existsSync } from 'node:fs';
import { type Slots, ThreadSlot, ThreadState } from '../slots.js';

/** Interval of the pings while a caller waits. Unit: milliseconds. */
const PING_EVERY_MS = 200;
/** Number of unanswered pings before a process warning: three seconds. */
const MISSES_UNTIL_WARNING = 15;
/**
 * Number of unanswered pings before the thread counts as lost: two minutes. A spawn from a network file
 * system, or a CPU quota, can block it that long. Pings are counted instead of timed, because this
 * process may be suspended.
 */
const MISSES_UNTIL_LOST = 600;

/** Checks whether the thread still runs, for a blocked caller, which receives no events of the Worker. */
export class Liveness {
  #nextPing = 0;
  #beats = 0;
  #misses = 0;

  constructor(
    private readonly slots: Slots,
    private readonly ping: () => void,
  ) {}

  /** Call this between the slices of a wait. Returns why the thread is lost, or `null`. */
  check(): string | null {
    const state = Atomics.load(this.slots, ThreadSlot.state);
    if (state === ThreadState.dead) return 'it ended';
    if (performance.now() < this.#nextPing) return null;
    this.#nextPing = performance.now() + PING_EVERY_MS;
    if (!this.#taskExists()) return 'it ended';
    const beats = Atomics.load(this.slots, ThreadSlot.beats);
    if (beats !== this.#beats) this.#misses = 0;
    this.#beats = beats;
    if (this.#misses === MISSES_UNTIL_WARNING) warn();
    if (this.#misses > MISSES_UNTIL_LOST) {
      return `it did not respond for ${(MISSES_UNTIL_LOST * PING_EVERY_MS) / 1000} s`;
    }
    this.#misses += 1;
    this.ping();
    return null;
  }

  /** Also returns `true` if the system cannot report it. */
  #taskExists(): boolean {
    const id = Atomics.load(this.slots, ThreadSlot.threadId);
    return id === 0 || existsSync(`/proc/self/task/${id}`);
  }
}

let warned = false;

function warn(): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `The thread that serves blocking connections has not responded for ` +
      `${(MISSES_UNTIL_WARNING * PING_EVERY_MS) / 1000} s. Waiting on: it may be starting a program ` +
      'from a slow file system, or lack CPU time.',
    { code: 'RSYNC_IO_SLOW_THREAD' },
  );
}
