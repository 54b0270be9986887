import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { type ExitStatus, exitStatus } from '../trait/exit-status.js';

/** The requested signal of each child, because Windows does not report it. */
const requested = new WeakMap<ChildProcess, NodeJS.Signals>();

/**
 * Sends a signal to a child. Returns `false` if there was no process to send it to. Windows has no
 * signals, and its terminated process leaves the processes that it started (a proxy command, askpass).
 * There, any signal except 0 ends all of them with `taskkill /T /F`, which is part of Windows.
 */
export function killChild(child: ChildProcess, signal: NodeJS.Signals): boolean {
  // Deno's `child.kill()` sends one signal only, and reports it even if the child ignored it (2.9.6).
  if (process.versions['deno'] !== undefined) return killProcess(child, signal);
  // Node rejects an unknown signal with a TypeError.
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
  // taskkill finds the descendants through the child, so the child is ended last. This also works
  // without taskkill.
  taskkill.once('error', () => child.kill(signal));
  taskkill.once('exit', () => child.kill(signal));
  return true;
}

function killProcess({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined || exitCode !== null || signalCode !== null) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Returns the status for an `exit` event; after {@link killChild}, the same on every platform. */
export function childExitStatus(
  child: ChildProcess,
  code: number | null,
  signal: NodeJS.Signals | null,
): ExitStatus {
  const asked = requested.get(child);
  // taskkill and TerminateProcess set the exit code to 1.
  if (asked !== undefined && signal === null && code === 1) return exitStatus(null, asked);
  return exitStatus(code, signal);
}
