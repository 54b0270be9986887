const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What ended a run early: a signal, or that nobody reads stdout any more. */
export type Interrupter = (typeof SIGNALS)[number] | 'SIGPIPE';

/** Turns signals into an orderly end, until it is disposed of. */
export class Interruption implements Disposable {
  /** The first one; `null`: none yet. */
  by: Interrupter | null = null;
  readonly #onFirst: () => void;
  readonly #onNext: () => void;
  readonly #onSignal = (signal: NodeJS.Signals) => this.interrupt(signal as Interrupter);
  readonly #onOutputError = () => this.by ?? this.interrupt('SIGPIPE');

  constructor(onFirst: () => void, onNext: () => void) {
    this.#onFirst = onFirst;
    this.#onNext = onNext;
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
