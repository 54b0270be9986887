import { ConnectionSlot, Exited, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

/** A connection whose child may run. */
export interface LiveConnection {
  readonly pid: number;
  readonly slots: Slots;
  /** The drain thread is gone, and the child with it. Never throws. */
  onThreadLost(error: Error): void;
}

/** At the exit of this process, from SIGTERM to SIGKILL: all children together. Unit: ms. */
const EXIT_GRACE_MS = 250;
/** How long a child that got SIGKILL may take to become reapable. Unit: ms. */
const REAP_MS = 1_000;

const live = new Set<LiveConnection>();
let onExit: (() => void) | null = null;

export function addLive(connection: LiveConnection): void {
  live.add(connection);
  if (onExit === null) process.on('exit', (onExit = endChildren));
}

export function removeLive(connection: LiveConnection): void {
  live.delete(connection);
}

/** `process.exit()` must leave no orphan. The drain thread still runs now, and reaps. */
function endChildren(): void {
  const running = [...live].filter(({ slots }) => !hasExited(slots));
  for (const { pid } of running) signal(pid, 'SIGTERM');
  const deadline = performance.now() + EXIT_GRACE_MS;
  for (const { pid, slots } of running) {
    const left = Math.max(0, deadline - performance.now());
    Atomics.wait(slots, ConnectionSlot.exited, Exited.no, left);
    if (!hasExited(slots)) signal(pid, 'SIGKILL');
  }
}

/**
 * Ends and reaps what a lost thread left behind: nobody else would. Asking waitpid(2) first makes sure
 * that a number is still that of our child.
 */
export function endOrphans(connections: readonly LiveConnection[], error: Error): void {
  const { reap } = wirePlatform();
  const orphans = connections.filter(({ slots }) => !hasExited(slots));
  const running = orphans.filter(({ pid }) => reap(pid) === 'running');
  for (const { pid } of running) signal(pid, 'SIGKILL');
  const deadline = performance.now() + REAP_MS;
  for (const { pid, slots } of running) {
    while (reap(pid) === 'running' && performance.now() < deadline) {
      // Nobody notifies this word any more: a sleep.
      Atomics.wait(slots, ConnectionSlot.exited, Exited.no, 1);
    }
  }
  for (const connection of connections) {
    live.delete(connection);
    connection.onThreadLost(error);
  }
}

const hasExited = (slots: Slots) => Atomics.load(slots, ConnectionSlot.exited) !== Exited.no;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it ended in the meantime.
  }
}
