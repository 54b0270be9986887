import { ConnectionSlot, Exited, hasExited, pidIn, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';

export interface Handle {
  /** Called when the drain thread is lost and the child has been ended. Never throws. */
  onThreadLost(error: Error): void;
}

/** A program that blocks keeps targets of a WeakRef until its next turn, so the target is not the handle itself. */
interface Owner {
  handle: Handle | null;
}

/** A connection whose child may be running. Its pid is in the slots as soon as it is known. */
export interface LiveConnection {
  readonly slots: Slots;
  readonly owner: WeakRef<Owner>;
  cancelExitDuty?: () => void;
}

/** How long to wait until killed children can be reaped. Unit: milliseconds. */
const REAP_MS = 1_000;

/** Kills and reaps the children of a lost thread. Calls waitpid(2) first, because a pid may be reused. */
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
      // This is a sleep: no thread is left that would notify this word.
      Atomics.wait(one.slots, ConnectionSlot.exited, Exited.no, 1);
    }
  }
  for (const { owner } of connections) owner.deref()?.handle?.onThreadLost(error);
}

/** Waits up to `ms` for the drain thread to reap the child. Returns whether it did. */
export function exitedWithin(slots: Slots, ms: number): boolean {
  Atomics.wait(slots, ConnectionSlot.exited, Exited.no, ms);
  return hasExited(slots);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ESRCH: it exited in the meantime.
  }
}
