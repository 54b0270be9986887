import type { Writable } from 'node:stream';
import { fstatSync } from 'node:fs';
import { FdSink, type WritableProbe } from './fd-sink.js';
import { FunctionSink } from './function-sink.js';
import { StreamSink } from './stream-sink.js';

/**
 * Where forwarded bytes go. A sink is shared by all channels that forward to the same place.
 */
export interface ForwardSink {
  readonly isTerminal: boolean;
  /** `false` once the sink failed or was closed: nothing is accepted any more. */
  readonly usable: boolean;
  /**
   * Takes `bytes` whole (they are copied if they cannot be written at once). Returns `false` when
   * the sink is behind: the caller should write no more before {@link onceReady}. Never throws.
   */
  write(bytes: Uint8Array): boolean;
  /** Calls back, once, when the sink has caught up or failed. Called at once if it is ready. */
  onceReady(callback: () => void): void;
  /**
   * Resolves when all that was written has left, when the sink failed, or when it made no progress
   * for {@link FLUSH_STALL_MS}: a stuck terminal must not hold up the end of a transfer.
   */
  flushed(): Promise<void>;
}

/** What `forward.to` may be: a stream, a function, or a descriptor of a file or terminal. */
export type ForwardTarget = Writable | ((chunk: Uint8Array) => void) | number;

/** Set in a thread whose `process.stderr` would wait for another thread. */
let direct: { readonly probe: WritableProbe | null } | null = null;

/**
 * For a thread that serves a blocked one: `process.stderr` of a worker needs the turns of the thread
 * that started it. From now on this thread writes standard error, and every other descriptor, by
 * `fs.writeSync`. To be called before the first channel is built.
 *
 * @param probe keeps those writes from waiting; `null` where the platform has none
 */
export function writeStandardErrorDirectly(probe: WritableProbe | null): void {
  direct = { probe };
}

const streams = new WeakMap<Writable, ForwardSink>();
const standardDescriptors = new Map<number, ForwardSink>();

/**
 * One sink per stream and standard descriptor, so that many channels share its state and its
 * listeners. Higher descriptors come and go under the same number and are not shared.
 */
export function sinkFor(target: ForwardTarget): ForwardSink {
  if (typeof target === 'function') return new FunctionSink(target);
  if (typeof target === 'number') {
    if (target > 2) return new FdSink(target, direct?.probe);
    let sink = standardDescriptors.get(target);
    if (!sink?.usable) {
      standardDescriptors.set(target, (sink = new FdSink(target, direct?.probe)));
    }
    return sink;
  }
  let sink = streams.get(target);
  if (!sink?.usable) streams.set(target, (sink = new StreamSink(target)));
  return sink;
}

let standardError: ForwardSink | undefined;

/**
 * This process's stderr. A file or terminal is written with `fs.writeSync`, which is what
 * `process.stderr` does for those, only cheaper. A pipe or socket goes through `process.stderr`: a
 * reader that stalls must not block this process's event loop.
 */
export function standardErrorSink(): ForwardSink {
  if (!standardError?.usable) {
    standardError = sinkFor(direct === null && isPipeOrSocket(2) ? process.stderr : 2);
  }
  return standardError;
}

function isPipeOrSocket(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}
