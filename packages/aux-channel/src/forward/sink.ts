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
  /** Who wrote last and left the line unfinished; `null` where the next byte begins a line. */
  lineHolder: object | null;
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

/**
 * What `forward.to` may be: a stream, a function, or a descriptor of a file or terminal. A function
 * that returns a promise is behind until that is fulfilled: the child then has to wait.
 */
export type ForwardTarget = Writable | ((chunk: Uint8Array) => unknown) | number;

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

const shared = new WeakMap<object, ForwardSink>();
const descriptors = new Map<number, { readonly file: string; readonly sink: ForwardSink }>();

/**
 * One sink for each place, so that many channels share its state, its listeners and its line. A
 * descriptor above 2 may be closed and stand for another file later, which then gets a sink of its own.
 */
export function sinkFor(target: ForwardTarget): ForwardSink {
  if (typeof target === 'number') return descriptorSink(target);
  let sink = shared.get(target);
  if (!sink?.usable) {
    sink = typeof target === 'function' ? new FunctionSink(target) : new StreamSink(target);
    shared.set(target, sink);
  }
  return sink;
}

function descriptorSink(fd: number): ForwardSink {
  const file = fileBehind(fd);
  const known = descriptors.get(fd);
  if (known?.sink.usable && known.file === file) return known.sink;
  const sink = new FdSink(fd, direct?.probe);
  descriptors.set(fd, { file, sink });
  return sink;
}

/** Which file a descriptor stands for at this moment. */
function fileBehind(fd: number): string {
  if (fd <= 2) return 'standard';
  try {
    // A new file may get the number of one that was removed.
    const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return 'closed';
  }
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

/** Prints a message of our own, on lines of its own. */
export function writeMessage(sink: ForwardSink, message: Uint8Array): void {
  if (sink.lineHolder !== null) sink.write(Buffer.from('\n'));
  sink.lineHolder = null;
  sink.write(message);
}
