import { fstatSync } from 'node:fs';
import { FdSink, type WritableProbe } from './fd-sink.js';
import { FunctionSink } from './function-sink.js';
import type { ForwardSink, ForwardTarget } from './sink.js';
import { StreamSink } from './stream-sink.js';

/** Set in a thread whose `process.stderr` would wait for another thread. */
let direct: { readonly probe: WritableProbe | null } | null = null;

/** From now on this thread writes standard error, and every other descriptor, by `fs.writeSync`. */
export function writeDescriptorsDirectly(probe: WritableProbe | null): void {
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

/** Identifies the file that a descriptor stands for at this moment. */
function fileBehind(fd: number): string {
  if (fd <= 2) return 'standard';
  try {
    // A new file may get the inode number of one that was removed.
    const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return 'closed';
  }
}

let standardError: ForwardSink | undefined;

/**
 * This process's stderr. A file or terminal is written with `fs.writeSync`, as `process.stderr` does,
 * only cheaper. A pipe or socket goes through `process.stderr`: a reader that stalls must not block
 * this process's event loop.
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

/** Prints one of our own messages, on lines of its own. */
export function writeMessage(sink: ForwardSink, message: Uint8Array): void {
  if (sink.openLineOwner !== null) sink.write(Buffer.from('\n'));
  sink.openLineOwner = null;
  sink.write(message);
}
