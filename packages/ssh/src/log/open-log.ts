import { openSync } from 'node:fs';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { destinationHost } from '../remote-shell/destination.js';
import { followLines } from './follow-lines.js';
import { loggedBackends } from './logged-backends.js';
import { type LogSession, SessionLog } from './session-log.js';

/** A log that can follow the lines of either transport. Its file stays open as long as the process. */
export class OpenedLog extends SessionLog {
  readonly #session: LogSession;

  constructor(session: LogSession) {
    super(session);
    this.#session = session;
  }

  /** For the async transport, which drains in this thread. */
  followThisThread(): Disposable {
    return followLines(this);
  }

  /** For the blocking transport, which drains in a thread of its own. */
  followDrainThread(backends: readonly StderrBackend[]): StderrBackend[] {
    return loggedBackends(backends, this.#session);
  }
}

/**
 * Opens a log to append to, for its owner only: what a remote side says may be confidential.
 * @throws Error that names the file
 */
export function openLog(file: string, sshArgs: readonly string[]): OpenedLog {
  try {
    const fd = openSync(file, 'a', 0o600);
    return new OpenedLog({ fd, pid: process.pid, host: destinationHost(sshArgs) });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`Cannot open the log: ${message}`, { cause });
  }
}
