import { writeFileSync } from 'node:fs';
import type { ExitStatus, StderrSnapshot } from '@rsync-io/aux-channel';
import type { ConnectionSeen, ErrorSeen } from '../observation.ts';
import type { InjectedBug } from '../probe-config.ts';

/** Collects what happens on one connection. */
export class Seen {
  error: unknown = null;
  wireError: unknown = null;
  status: ExitStatus | null = null;
  snapshot: StderrSnapshot | null = null;
  readonly #sent: Uint8Array;
  #echoed = 0;
  #intact = true;

  constructor(sent: Uint8Array) {
    this.#sent = sent;
  }

  get echoed(): number {
    return this.#echoed;
  }

  echo(chunk: Uint8Array): void {
    const expected = this.#sent.subarray(this.#echoed, this.#echoed + chunk.length);
    if (Buffer.compare(chunk, expected) !== 0) this.#intact = false;
    this.#echoed += chunk.length;
  }

  /** Writes the captured bytes to the folder, for the judge. */
  toReport(index: number, fallbacks: readonly string[], bug: InjectedBug | null): ConnectionSeen {
    const bytes = this.snapshot?.bytes ?? new Uint8Array(0);
    writeFileSync(`captured.${index}`, bug === 'lost byte' ? bytes.subarray(1) : bytes);
    return {
      error: errorSeen(this.error),
      wireError: errorSeen(this.wireError),
      status: this.status && { code: this.status.code, signal: this.status.signal },
      echoed: { bytes: this.#echoed, intact: this.#intact },
      backend: this.snapshot?.backend ?? null,
      ended: this.snapshot?.ended ?? null,
      totalBytes: this.snapshot?.totalBytes ?? 0,
      droppedWarnings: this.snapshot?.droppedWarnings ?? 0,
      fallbacks,
    };
  }
}

export function errorSeen(error: unknown): ErrorSeen | null {
  if (error === null) return null;
  if (!(error instanceof Error)) return { name: typeof error, code: null, message: String(error) };
  const { name, message } = error;
  return { name, message, code: (error as NodeJS.ErrnoException).code ?? null };
}
