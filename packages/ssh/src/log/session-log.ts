import { writeSync } from 'node:fs';
import {
  explain,
  type ExitStatus,
  type StderrLine,
  stderrLineChannel,
  type StderrLineMessage,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import { textFields } from './text-fields.js';

/** Pending records are written once they reach this size. Unit: characters. */
const MAX_PENDING = 65_536;

/**
 * Writes one JSON document per line. The lines of one read are written together, before the next turn of
 * the event loop, so none is dropped; a slow disk slows the reading of stderr. Arguments are never
 * written: they may contain secrets.
 */
export class SessionLog {
  #pending = '';
  #failed = false;

  /** @param fd opened for appending; the caller owns it */
  constructor(
    private readonly fd: number,
    private readonly host: string | null,
  ) {}

  /** Writes every line until disposed of. Uses `diagnostics_channel` because it drops no line. */
  followLines(): Disposable {
    const listener = (message: unknown) => this.line((message as StderrLineMessage).line);
    stderrLineChannel.subscribe(listener);
    return { [Symbol.dispose]: () => void stderrLineChannel.unsubscribe(listener) };
  }

  line({ seq, complete, at, bytes }: StderrLine): void {
    if (this.#pending === '') queueMicrotask(() => this.#flush());
    this.#add(at, { seq, ...textFields(bytes), ...(complete ? {} : { complete }) });
    if (this.#pending.length >= MAX_PENDING) this.#flush();
  }

  /** @param stderr `null` if ssh inherited it @param sshIsQuiet whether ssh's own messages are turned off */
  end(status: ExitStatus, stderr: StderrSnapshot | null, sshIsQuiet: boolean): void {
    const { code, signal } = status;
    const captured = stderr !== null;
    const bytes = stderr?.bytes ?? new Uint8Array(0);
    const { kind, summary, hint } = explain(bytes, status, { captured, sshIsQuiet });
    this.#add(Date.now(), {
      status: { code, signal },
      explanation: { kind, summary, hint },
      counters: stderr && {
        totalBytes: stderr.totalBytes,
        discarded: stderr.discardedBytes,
        dropped: stderr.droppedWarnings,
      },
    });
    this.#flush();
  }

  /** Records that ssh could not be run. Writes only the error's code: its message may contain arguments. */
  failure(error: Error): void {
    const { code, name } = error as NodeJS.ErrnoException;
    this.#add(Date.now(), { status: null, error: code ?? name });
    this.#flush();
  }

  #add(at: number, fields: object): void {
    const time = new Date(at).toISOString();
    // The process ID distinguishes sessions that share a file.
    const record = { time, pid: process.pid, host: this.host, ...fields };
    this.#pending += `${JSON.stringify(record)}\n`;
  }

  /** A log error does not fail the transfer: the first one is reported, and nothing more is written. */
  #flush(): void {
    const text = this.#pending;
    this.#pending = '';
    if (this.#failed || text === '') return;
    try {
      writeWhole(this.fd, Buffer.from(text));
    } catch (error) {
      this.#failed = true;
      reportIncomplete((error as Error).message);
    }
  }
}

/** Uses a single write if possible, so that the records of sessions that share the file do not mix. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(fd, bytes, written);
  }
}

function reportIncomplete(reason: string): void {
  try {
    writeSync(2, `rsync-io-ssh: the log is incomplete: ${reason}\n`);
  } catch {
    // stderr is closed as well.
  }
}
