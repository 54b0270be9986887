import { openSync } from 'node:fs';
import { destinationHost } from '../remote-shell/destination.js';
import { SessionLog } from './session-log.js';

/**
 * Opens a log for appending. Only its owner may read it, because a remote may print confidential text.
 * The file stays open until the process ends.
 * @throws Error that names the file
 */
export function openLog(file: string, sshArgs: readonly string[]): SessionLog {
  try {
    const fd = openSync(file, 'a', 0o600);
    return new SessionLog({ fd, pid: process.pid, host: destinationHost(sshArgs) });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`Cannot open the log: ${message}`, { cause });
  }
}
