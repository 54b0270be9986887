const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Cause of the early end of a run: a signal, or a closed stdout. */
export type Interrupter = (typeof SIGNALS)[number] | 'SIGPIPE';

/** Until disposed of, calls `onFirst` for the first signal or a closed stdout, and `onNext` for later ones. */
export class Interruption implements Disposable {
  /** The first cause; `null` when there is none yet. */
  by: Interrupter | null = null;
  readonly #onSignal = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGHUP' || !this.isHangupIgnored) this.#interrupt(signal as Interrupter);
  };

  constructor(
    private readonly onFirst: () => void,
    private readonly onNext: () => void,
    private readonly isHangupIgnored: boolean,
  ) {
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    // Never removed: without a listener, a late error would be an uncaught exception.
    process.stdout.on('error', () => this.by ?? this.#interrupt('SIGPIPE'));
    process.stderr.on('error', () => {});
  }

  #interrupt(by: Interrupter): void {
    const isFirst = this.by === null;
    this.by ??= by;
    if (isFirst) this.onFirst();
    else this.onNext();
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
