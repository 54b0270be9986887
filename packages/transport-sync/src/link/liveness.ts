import { ThreadSlot, ThreadState, type Slots } from '../slots.js';

/** The thread is asked for a sign of life so often while somebody waits. Unit: milliseconds. */
const PING_EVERY_MS = 200;
/**
 * Pings without an answer before a running thread counts as lost: three seconds. Counted, not timed:
 * after this process was stopped and continued, the thread gets its chance to answer.
 */
const MISSES_RUNNING = 15;
/** While it starts, on a machine that may be busy: twenty seconds. */
const MISSES_STARTING = 100;

/**
 * Watches the drain thread during one wait of the main thread. A blocked thread sees no events of a
 * Worker, so the question is put to the thread itself, and only while somebody waits: idle
 * connections wake nobody up.
 */
export class Liveness {
  readonly #slots: Slots;
  readonly #ping: () => void;
  #nextPing = performance.now();
  #beats: number;
  #misses = 0;

  constructor(slots: Slots, ping: () => void) {
    this.#slots = slots;
    this.#ping = ping;
    this.#beats = Atomics.load(slots, ThreadSlot.beats);
  }

  /** To be called between slices of the wait. Returns why the thread is lost, or `null`. */
  look(): string | null {
    const state = Atomics.load(this.#slots, ThreadSlot.state);
    if (state === ThreadState.dead) return 'it ended';
    if (performance.now() < this.#nextPing) return null;
    this.#nextPing = performance.now() + PING_EVERY_MS;
    const beats = Atomics.load(this.#slots, ThreadSlot.beats);
    if (beats !== this.#beats) this.#misses = 0;
    this.#beats = beats;
    const most = state === ThreadState.starting ? MISSES_STARTING : MISSES_RUNNING;
    if (this.#misses > most)
      return `it gave no sign of life for ${(most * PING_EVERY_MS) / 1000} s`;
    this.#misses += 1;
    this.#ping();
    return null;
  }
}
