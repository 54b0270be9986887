import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Stops this process when the child has stopped (`~^Z` of ssh stops ssh alone), so that the shell
 * notices, and continues the child when this process is continued. Linux only, where the state of a
 * process can be read. Ends with the process.
 */
export function followStops(child: ChildProcess): void {
  if (process.platform !== 'linux') return;
  const stopToo = () => {
    if (isStopped(child.pid as number)) process.kill(process.pid, 'SIGSTOP');
  };
  process.on('SIGCONT', () => void child.kill('SIGCONT'));
  process.on('SIGCHLD', stopToo);
  // It may have stopped before.
  stopToo();
}

/** By the third field of `/proc/PID/stat` (proc(5)); the second is the name, in parentheses. */
function isStopped(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
