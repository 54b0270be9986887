import { closeSync, constants, fchmodSync, fstatSync, openSync } from 'node:fs';
import { SessionLog } from './session-log.js';

/** Do not follow a symbolic link, and do not wait for the reader of a FIFO. */
const FLAGS =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

/**
 * Opens a log for appending, readable by its owner only, because the remote side may print confidential
 * text. The file stays open until the process ends.
 * @throws Error that names the file
 */
export function openLog(file: string, host: string | null): SessionLog {
  try {
    return new SessionLog(openForOwner(file), host);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ELOOP' ? `${file} is a symbolic link` : message;
    throw new Error(`Cannot open the log: ${reason}`, { cause });
  }
}

function openForOwner(file: string): number {
  const fd = openSync(file, FLAGS, 0o600);
  try {
    const stats = fstatSync(fd);
    if (stats.isFIFO()) throw new Error(`${file} is a FIFO`);
    if (stats.isFile() && (stats.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
