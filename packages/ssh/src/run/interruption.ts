const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Cause of the early end of a run: a signal, or a closed stdout. */
export type Interrupter = (typeof SIGNALS)[number] | 'SIGPIPE';

/** Calls back when a signal arrives or stdout is closed, until disposed of. */
export class Interruption implements Disposable {
  /** The first cause; `null` when there is none yet. */
  by: Interrupter | null = null;
  readonly #onFirst: () => void;
  readonly #onNext: () => void;
  readonly #isHangupIgnored: boolean;
  readonly #onSignal = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGHUP' || !this.#isHangupIgnored) this.interrupt(signal as Interrupter);
  };
  readonly #onOutputError = () => this.by ?? this.interrupt('SIGPIPE');

  constructor(onFirst: () => void, onNext: () => void, isHangupIgnored: boolean) {
    this.#onFirst = onFirst;
    this.#onNext = onNext;
    this.#isHangupIgnored = isHangupIgnored;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    // Never removed: a late error without a listener would be an uncaught exception.
    process.stdout.on('error', this.#onOutputError);
    process.stderr.on('error', () => {});
  }

  interrupt(by: Interrupter): void {
    if (this.by === null) {
      this.by = by;
      this.#onFirst();
    } else {
      this.#onNext();
    }
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
