import { writeSync } from 'node:fs';
import type { Explanation, ExitStatus, StderrLine, StderrSnapshot } from '@rsync-io/aux-channel';
import { textFields } from './text-fields.js';

/** What every record of a session starts with. Data, so that a thread can be given it. */
export interface LogSession {
  /** Opened to append; the owner of the session closes it. */
  readonly fd: number;
  /** Of `rsync-io-ssh`: tells sessions apart that share a file. */
  readonly pid: number;
  readonly host: string | null;
}

/** How a session ended. */
export interface SessionEnd {
  readonly status: ExitStatus;
  readonly explanation: Explanation;
  readonly stderr: StderrSnapshot;
}

/**
 * Writes one JSON document per line. Each is written, whole, before the call returns: no line waits in
 * memory, so none can be dropped, and a slow disk holds up the reading of stderr as an inherited
 * stderr on that disk would. Arguments are never written: they may hold secrets.
 */
export class SessionLog {
  readonly #session: LogSession;
  #failed = false;

  constructor(session: LogSession) {
    this.#session = session;
  }

  line(line: StderrLine): void {
    const { seq, complete, at, bytes } = line;
    this.#write(at, { seq, ...textFields(bytes), ...(complete ? {} : { complete }) });
  }

  end({ status, explanation, stderr }: SessionEnd): void {
    const { code, signal } = status;
    const { kind, summary, hint } = explanation;
    const { totalBytes, discardedBytes: discarded, droppedWarnings: dropped } = stderr;
    this.#write(Date.now(), {
      status: { code, signal },
      explanation: { kind, summary, hint },
      counters: { totalBytes, discarded, dropped },
    });
  }

  /** ssh did not run to its end. `error.message` may name arguments, so only its code is told. */
  failure(error: Error): void {
    const { code, name } = error as NodeJS.ErrnoException;
    this.#write(Date.now(), { status: null, error: code ?? name });
  }

  /** A log that fails does not fail the transfer: it is told once, and ends. */
  #write(at: number, fields: object): void {
    if (this.#failed) return;
    const { fd, pid, host } = this.#session;
    const record = { time: new Date(at).toISOString(), pid, host, ...fields };
    try {
      writeWhole(fd, Buffer.from(`${JSON.stringify(record)}\n`));
    } catch (error) {
      this.#failed = true;
      complain((error as Error).message);
    }
  }
}

/** One write, so that sessions that share the file do not interleave; more only where the disk is full. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(fd, bytes, written);
  }
}

function complain(reason: string): void {
  try {
    writeSync(2, `rsync-io-ssh: the log is incomplete: ${reason}\n`);
  } catch {
    // Nobody is left to be told.
  }
}
