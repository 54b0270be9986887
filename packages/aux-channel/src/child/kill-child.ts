import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { type ExitStatus, exitStatus } from '../trait/exit-status.js';

/** What Windows was asked for on behalf of a signal, which it does not report back. */
const requested = new WeakMap<ChildProcess, NodeJS.Signals>();

/**
 * Sends a signal to a child. Returns `false` when there was no process to send it to.
 *
 * Windows has no signals, and whoever ends a process there gives it no chance to end those that it
 * started: a proxy command or askpass of ssh would live on. So there any signal but 0 ends the whole
 * tree below the child, by `taskkill /T /F`: a part of Windows, so that the trait needs no native
 * code. (A job object would need it, and would catch only what was started after the assignment.)
 */
export function killChild(child: ChildProcess, signal: NodeJS.Signals): boolean {
  // Node refuses an unknown one with a TypeError.
  if (process.platform !== 'win32' || !(signal in constants.signals)) return child.kill(signal);
  if (child.exitCode !== null || child.signalCode !== null) return false;
  if (requested.has(child)) return true;
  requested.set(child, signal);
  const root = process.env['SystemRoot'] ?? 'C:\\Windows';
  const taskkill = spawn(
    path.join(root, 'System32', 'taskkill.exe'),
    ['/PID', String(child.pid), '/T', '/F'],
    { stdio: 'ignore', windowsHide: true },
  );
  // The tree is walked from the child, so that one goes last; this also stands in for a missing taskkill.
  taskkill.once('error', () => child.kill(signal));
  taskkill.once('exit', () => child.kill(signal));
  return true;
}

/** The status of a child as its `exit` event told it; after {@link killChild}, the same on every platform. */
export function childExitStatus(
  child: ChildProcess,
  code: number | null,
  signal: NodeJS.Signals | null,
): ExitStatus {
  const asked = requested.get(child);
  // 1 is what taskkill and TerminateProcess leave behind.
  if (asked !== undefined && signal === null && code === 1) return exitStatus(null, asked);
  return exitStatus(code, signal);
}
