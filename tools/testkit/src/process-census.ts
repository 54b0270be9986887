import { readdirSync, readFileSync } from 'node:fs';
import { openHandles } from './windows-handles.js';

/** Number of open descriptors of a process (Windows: handles); `null` if the system does not report it. */
export function openDescriptors(pid: number | 'self' = 'self'): number | null {
  if (process.platform === 'win32') return pid === 'self' ? openHandles() : null;
  for (const folder of [`/proc/${pid}/fd`, ...(pid === 'self' ? ['/dev/fd'] : [])]) {
    try {
      // Less one: the descriptor that reads the folder.
      return readdirSync(folder).length - (pid === 'self' ? 1 : 0);
    } catch {
      // Not on this system.
    }
  }
  return null;
}

/** Pids of the children of this process, zombies included; `null` if the system does not report it. */
export function childProcesses(parent: number = process.pid): number[] | null {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.filter((pid) => parentOf(pid) === parent).map(Number);
  } catch {
    return null;
  }
}

/** All processes below one, children before their children; empty if the system does not report it. */
export function descendants(parent: number): number[] {
  return (childProcesses(parent) ?? []).flatMap((pid) => [pid, ...descendants(pid)]);
}

function parentOf(pid: string): number | null {
  try {
    // proc(5): pid (comm) state ppid …; comm may hold anything, so count from its end.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/** Whether a process exists that may be signalled (a zombie exists). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface WaitOptions {
  /** The expected event, for the error message. */
  what: string;
  /** Unit: milliseconds. @defaultValue 20 000 */
  timeoutMs?: number;
  /** Unit: milliseconds. @defaultValue 10 */
  everyMs?: number;
}

/** Polls until `predicate` holds. Rejects, naming `what`, when it does not within the timeout. */
export async function waitUntil(
  predicate: () => boolean | Promise<boolean>,
  { what, timeoutMs = 60_000, everyMs = 10 }: WaitOptions,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await predicate())) {
    if (performance.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
