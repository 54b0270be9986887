import type { ExitStatus, StderrSnapshot } from '@rsync-io/ssh';
import type { Arrivals } from '../common/arrivals.ts';
import type { Goodbye } from './plan.ts';

export interface GoodbyeSeen {
  readonly call: Goodbye;
  status: ExitStatus | null;
  error: unknown;
  /** Whether stdout had a reader when the call was made. */
  readonly hadReader: boolean;
  /** Whether that reader had received the end of stdout when the call resolved. */
  delivered: boolean;
}

export interface LineSeen {
  readonly text: string;
  readonly complete: boolean;
}

/** The results that the caller saw. */
export class Observation {
  readonly stdout = {
    /** Bytes that have left the stream, but wait in the buffer of a slow pipeline's target. */
    buffered: () => 0,
    /** How the stream ended for its reader; `null`: it did not, or it had no reader. */
    end: null as 'clean' | Error | null,
    /** Whether the reader came after a call of `wait()`, which may have discarded bytes by then. */
    isLate: false,
  };
  /** Progress of the caller's writes to stdin. */
  readonly stdin = {
    written: 0,
    /** Whether everything was accepted, and stdin ended. */
    finished: false,
    /** Whether the caller began to write after `wait()` had closed stdin. */
    isLate: false,
  };
  /** The bytes that the child read from stdin; `null` when it did not get that far. */
  stdinRead: Buffer | null = null;
  readonly goodbyes: GoodbyeSeen[] = [];
  /** Whether this process may have ended the child: by a signal, a timeout, an abort or disposal. */
  endedByUs = false;
  /** Whether this process gave up on stdout before its end: it interrupted the child or disposed of the transport. */
  cutOff = false;
  status: ExitStatus | null = null;
  snapshot: StderrSnapshot | null = null;
  /** Lines of the caller's listener, and lines published on the diagnostics channel. */
  readonly lines: LineSeen[] = [];
  readonly published: LineSeen[] = [];
  /** Errors that no call reported: unhandled rejections, uncaught exceptions. */
  readonly strayErrors: unknown[] = [];
  /** Calls that did not settle within the limit. */
  readonly stuck: string[] = [];
  /** The bytes of stdout. */
  readonly arrivals: Arrivals;

  constructor(arrivals: Arrivals) {
    this.arrivals = arrivals;
  }
}
