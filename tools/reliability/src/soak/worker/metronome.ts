import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Unit: milliseconds; a clock that all threads share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

const SLOTS = 64;
const INTERVAL_MS = 5;
/** Slot 0 sums up the time that the thread overslept, slot 1 is its last wake-up; the others: when a process was seen dead. */
const seenDead = new Float64Array(new SharedArrayBuffer(8 * SLOTS));
const watched = new Int32Array(new SharedArrayBuffer(4 * SLOTS));
let harnessMs = 0;

const THREAD = `
const { workerData: { watched, seenDead } } = require('node:worker_threads');
const { readFileSync } = require('node:fs');
const now = ${now.toString()};
const isDead = (pid) => {
  try { return /\\) [ZX] /.test(readFileSync('/proc/' + pid + '/stat', 'latin1')); } catch { return true; }
};
const never = new Int32Array(new SharedArrayBuffer(4));
for (let last = now(); ; ) {
  Atomics.wait(never, 0, 0, ${INTERVAL_MS});
  const at = now();
  seenDead[0] += Math.max(0, at - last - ${INTERVAL_MS});
  seenDead[1] = last = at;
  for (let i = 2; i < ${SLOTS}; i++) {
    if (watched[i] > 0 && seenDead[i] === 0 && isDead(watched[i])) seenDead[i] = now();
  }
}`;

/** Starts the thread that observes when children die, and waits for it. It ends with the process. */
export function startMetronome(): void {
  new Worker(THREAD, { eval: true, workerData: { watched, seenDead } }).unref();
  while (seenDead[1] === 0) Atomics.wait(watched, 0, 0, 1);
}

/**
 * Time that does not count as being held up: threads of this process waited for a processor, the process was
 * stopped, or the harness itself worked. Unit: milliseconds.
 */
function excusedMs(): number {
  let runDelay = 0;
  for (const task of readdirSync('/proc/self/task')) {
    try {
      // In nanoseconds: time on the processor, time spent waiting for it.
      runDelay += Number(readFileSync(`/proc/self/task/${task}/schedstat`, 'latin1').split(' ')[1]);
    } catch {
      // The thread has ended.
    }
  }
  const [overslept = 0, wokenUp = 0] = seenDead;
  // After a stop, this thread may run before the other one wakes up.
  const oversleeping = Math.max(0, now() - wokenUp - INTERVAL_MS);
  return overslept + oversleeping + runDelay / 1e6 + harnessMs;
}

/** Runs work of the harness, which does not count. */
export function excused<T>(work: () => T): T {
  const from = now();
  try {
    return work();
  } finally {
    harnessMs += now() - from;
  }
}

/**
 * Call it before `wait()`, and the result after it: returns how long `wait()` took although the child was dead and
 * the process could have run. Unit: milliseconds.
 */
export function measureHeldUp(pid: number): () => number {
  const slot = watched.indexOf(0, 2);
  if (slot < 0) return () => 0;
  seenDead[slot] = 0;
  watched[slot] = pid;
  const excusedBefore = excusedMs();
  // Only then: a stop between the two must not count.
  const called = now();
  return () => {
    const returned = now();
    const died = seenDead[slot] as number;
    watched[slot] = 0;
    if (died === 0) return 0;
    return returned - Math.max(died, called) - (excusedMs() - excusedBefore);
  };
}
