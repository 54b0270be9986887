import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Stops this process when the child has stopped (`~^Z` stops only ssh), so that the shell notices, and
 * continues the child when this process is continued. Linux only. Call it before the spawn, so that each
 * stop is handled once: handled again, it would stop this process after SIGCONT.
 */
export function followStops(child: () => ChildProcess | null): void {
  if (process.platform !== 'linux') return;
  process.on('SIGCONT', () => void child()?.kill('SIGCONT'));
  process.on('SIGCHLD', () => {
    // ssh sends itself SIGTSTP, and shells report that signal. Without job control it may have no effect.
    const signal = statOf('self')[4] === '0' ? 'SIGSTOP' : 'SIGTSTP';
    if (statOf(child()?.pid)[0] === 'T') process.kill(process.pid, signal);
  });
}

/** The fields of `/proc/PID/stat` (proc(5)) from the third on: state, ppid, pgrp, session, tty_nr, … */
function statOf(pid: number | 'self' | undefined): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name, in parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
