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

/** Written together at the latest when there are so many. Unit: characters. */
const MOST_PENDING = 65_536;

/**
 * Writes one JSON document per line. The lines of one read are written together, before the event loop
 * turns: none waits longer, so none can be dropped, and a slow disk holds up the reading of stderr as an
 * inherited stderr on that disk would. Arguments are never written: they may hold secrets.
 */
export class SessionLog {
  readonly #session: LogSession;
  #pending = '';
  #failed = false;

  constructor(session: LogSession) {
    this.#session = session;
  }

  line(line: StderrLine): void {
    const { seq, complete, at, bytes } = line;
    if (this.#pending === '') queueMicrotask(() => this.#flush());
    this.#add(at, { seq, ...textFields(bytes), ...(complete ? {} : { complete }) });
    if (this.#pending.length >= MOST_PENDING) this.#flush();
  }

  end({ status, explanation, stderr }: SessionEnd): void {
    const { code, signal } = status;
    const { kind, summary, hint } = explanation;
    const { totalBytes, discardedBytes: discarded, droppedWarnings: dropped } = stderr;
    this.#add(Date.now(), {
      status: { code, signal },
      explanation: { kind, summary, hint },
      counters: { totalBytes, discarded, dropped },
    });
    this.#flush();
  }

  /** ssh did not run to its end. `error.message` may name arguments, so only its code is told. */
  failure(error: Error): void {
    const { code, name } = error as NodeJS.ErrnoException;
    this.#add(Date.now(), { status: null, error: code ?? name });
    this.#flush();
  }

  #add(at: number, fields: object): void {
    const { pid, host } = this.#session;
    const record = { time: new Date(at).toISOString(), pid, host, ...fields };
    this.#pending += `${JSON.stringify(record)}\n`;
  }

  /** A log that fails does not fail the transfer: it is told once, and ends. */
  #flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (this.#failed || text === '') return;
    try {
      writeWhole(this.#session.fd, Buffer.from(text));
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
