const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What ended a run early: a signal, or that nobody reads stdout any more. */
export type Interrupter = (typeof SIGNALS)[number] | 'SIGPIPE';

/** Turns signals into an orderly end, until it is disposed of. */
export class Interruption implements Disposable {
  /** The first one; `null`: none yet. */
  by: Interrupter | null = null;
  readonly #onFirst: () => void;
  readonly #onNext: () => void;
  readonly #isHangupIgnored: boolean;
  readonly #onSignal = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGHUP' || !this.#isHangupIgnored) this.interrupt(signal as Interrupter);
  };
  readonly #onOutputError = () => this.by ?? this.interrupt('SIGPIPE');

  /** @param isHangupIgnored whether SIGHUP changes nothing */
  constructor(onFirst: () => void, onNext: () => void, isHangupIgnored: boolean) {
    this.#onFirst = onFirst;
    this.#onNext = onNext;
    this.#isHangupIgnored = isHangupIgnored;
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    // They stay for good: a late error without a listener would be an uncaught one.
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
