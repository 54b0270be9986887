import { ConnectionSlot, Exited, hasExited, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

/** A connection whose child may run. Its pid is in the slots as soon as there is one. */
export interface LiveConnection {
  readonly slots: Slots;
  /** Whether the caller has lost the handle of the connection. */
  isUnreachable(): boolean;
  /** Called when the drain thread is gone, and the child with it. Never throws. */
  onThreadLost(error: Error): void;
}

/** Time for a killed child to become reapable. Unit: milliseconds. */
const REAP_MS = 1_000;

/**
 * Kills and reaps the children of a lost thread, because nothing else will. Asks waitpid(2) first, so that
 * a pid is known to be that of our child.
 */
export function endOrphans(connections: readonly LiveConnection[], error: Error): void {
  const { reap } = wirePlatform();
  const isRunning = ({ slots }: LiveConnection) => {
    const pid = pidIn(slots);
    return pid !== 0 && reap(pid) === 'running';
  };
  const running = connections.filter((one) => !hasExited(one.slots) && isRunning(one));
  for (const { slots } of running) kill(pidIn(slots));
  const deadline = performance.now() + REAP_MS;
  for (const one of running) {
    while (isRunning(one) && performance.now() < deadline) {
      // A sleep: the thread that would notify this word is gone.
      Atomics.wait(one.slots, ConnectionSlot.exited, Exited.no, 1);
    }
  }
  for (const connection of connections) connection.onThreadLost(error);
}

/** Waits up to `ms` until the drain thread has reaped the child. Returns whether it has. */
export function exitedWithin(slots: Slots, ms: number): boolean {
  Atomics.wait(slots, ConnectionSlot.exited, Exited.no, ms);
  return hasExited(slots);
}

export const pidIn = (slots: Slots): number => Atomics.load(slots, ConnectionSlot.pid);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it exited in the meantime.
  }
}
