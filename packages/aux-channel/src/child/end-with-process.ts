import { readFileSync } from 'node:fs';

/** Time from SIGTERM to SIGKILL when this process ends, for all children together. Unit: milliseconds. */
const EXIT_GRACE_MS = 250;
const POLL_MS = 2;

/** Waits up to `ms` for the exit of a child, without the event loop, and returns whether it exited. */
type ExitWait = (ms: number) => boolean;

const live = new Set<{ readonly pid: number; readonly exitedWithin: ExitWait }>();
let isListening = false;

/**
 * Ends a child when this process ends normally, by `process.exit()` or by an uncaught error: SIGTERM,
 * then SIGKILL. A process that is killed by a signal cannot do that.
 * @param exitedWithin how to wait for the exit; by default the process table is queried
 * @returns a function to call when the child has exited
 */
export function endWithProcess(
  pid: number,
  exitedWithin: ExitWait = (ms) => isGoneWithin(pid, ms),
): () => void {
  if (!isListening) process.on('exit', endChildren);
  isListening = true;
  const child = { pid, exitedWithin };
  live.add(child);
  return () => void live.delete(child);
}

function endChildren(): void {
  const running = [...live].filter(({ exitedWithin }) => !exitedWithin(0));
  for (const { pid } of running) send(pid, 'SIGTERM');
  const deadline = performance.now() + EXIT_GRACE_MS;
  for (const { pid, exitedWithin } of running) {
    if (!exitedWithin(Math.max(0, deadline - performance.now()))) send(pid, 'SIGKILL');
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: it exited in the meantime.
  }
}

function isGoneWithin(pid: number, ms: number): boolean {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const deadline = performance.now() + ms;
  while (!isGone(pid)) {
    if (performance.now() >= deadline) return false;
    Atomics.wait(word, 0, 0, POLL_MS);
  }
  return true;
}

/** Whether a child has exited. Only on Linux does this include one that has not been reaped yet. */
function isGone(pid: number): boolean {
  try {
    if (process.platform !== 'linux') return !process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] === 'Z';
  } catch {
    return true;
  }
}
