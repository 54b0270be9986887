import { ConnectionSlot, Exited, hasExited, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

/** A connection whose child may run. Its pid is in the slots as soon as there is one. */
export interface LiveConnection {
  readonly slots: Slots;
  /** Called when the drain thread is gone, and the child with it. Never throws. */
  onThreadLost(error: Error): void;
}

/** From SIGTERM to SIGKILL at the exit of this process, for all children together. Unit: milliseconds. */
const EXIT_GRACE_MS = 250;
/** Time for a killed child to become reapable. Unit: milliseconds. */
const REAP_MS = 1_000;

const live = new Set<LiveConnection>();
let onExit: (() => void) | null = null;

export function addLive(connection: LiveConnection): void {
  // Nobody removes the connections whose owner has forgotten them.
  for (const one of live) if (hasExited(one.slots)) live.delete(one);
  live.add(connection);
  if (onExit === null) process.on('exit', (onExit = endChildren));
}

export function removeLive(connection: LiveConnection): void {
  live.delete(connection);
}

/** `process.exit()` must leave no orphan. The drain thread still runs at that moment, and reaps. */
function endChildren(): void {
  const running = [...live].filter(({ slots }) => !hasExited(slots));
  for (const { slots } of running) signal(pidIn(slots), 'SIGTERM');
  const deadline = performance.now() + EXIT_GRACE_MS;
  for (const { slots } of running) {
    const left = Math.max(0, deadline - performance.now());
    Atomics.wait(slots, ConnectionSlot.exited, Exited.no, left);
    if (!hasExited(slots)) signal(pidIn(slots), 'SIGKILL');
  }
}

/**
 * Kills and reaps the children of a lost thread: nobody else would. Asking waitpid(2) first makes sure
 * that a pid is still that of our child.
 */
export function endOrphans(connections: readonly LiveConnection[], error: Error): void {
  const { reap } = wirePlatform();
  const isRunning = ({ slots }: LiveConnection) => {
    const pid = pidIn(slots);
    return pid !== 0 && reap(pid) === 'running';
  };
  const running = connections.filter((one) => !hasExited(one.slots) && isRunning(one));
  for (const { slots } of running) signal(pidIn(slots), 'SIGKILL');
  const deadline = performance.now() + REAP_MS;
  for (const one of running) {
    while (isRunning(one) && performance.now() < deadline) {
      // A sleep: nobody notifies this word any more.
      Atomics.wait(one.slots, ConnectionSlot.exited, Exited.no, 1);
    }
  }
  for (const connection of connections) {
    live.delete(connection);
    connection.onThreadLost(error);
  }
}

const pidIn = (slots: Slots) => Atomics.load(slots, ConnectionSlot.pid);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid !== 0) process.kill(pid, name);
  } catch {
    // ESRCH: it has ended in the meantime.
  }
}
