import { RsyncIoError } from '@rsync-io/aux-channel';
import { SLICE_MS } from '../slots.js';

const DISCARD_BYTES = 65_536;
const DISCARDS_AT_ONCE = 64;
/** Time to wait for more output, if some has arrived, before checking for the exit. Unit: milliseconds. */
const FLOWING_MS = 10;
/** Time to wait for the exit, if no output arrives, before checking for output. Unit: milliseconds. */
const QUIET_MS = 50;
let scrap: Uint8Array | undefined;

interface Source {
  readonly canRead: () => boolean;
  readonly waitReadable: (ms: number) => boolean;
  /** Returns the number of bytes read, or `null` if nothing was queued after all. */
  readonly receive: (into: Uint8Array) => number | null;
}

export class DiscardedOutput {
  #bytes = 0;
  #flowing = false;

  constructor(private readonly source: Source) {}

  /** Discards output, so that the child can exit. Returns the time to wait at most. Unit: milliseconds. */
  discard(): number {
    for (let i = 0; i < DISCARDS_AT_ONCE; i++) {
      if (!this.source.canRead()) return SLICE_MS;
      if (!this.source.waitReadable(i === 0 && this.#flowing ? FLOWING_MS : 0)) {
        this.#flowing = this.#flowing && i > 0;
        return this.#flowing ? 0 : QUIET_MS;
      }
      this.#flowing = true;
      this.add(this.source.receive((scrap ??= new Uint8Array(DISCARD_BYTES))) ?? 0);
    }
    return 0;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** @throws RsyncIoError with code `ERR_OUTPUT_DISCARDED` if any output was discarded */
  check(): void {
    if (this.#bytes === 0) return;
    const message =
      `wait() discarded ${this.#bytes} bytes of output that had not been read. ` +
      'Read to the end of the stream before wait().';
    throw new RsyncIoError('ERR_OUTPUT_DISCARDED', message);
  }
}
