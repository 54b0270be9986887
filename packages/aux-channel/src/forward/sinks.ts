import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { StderrEndpoint } from '../trait/trait.js';
import { FdSink, type WritableProbe } from './fd-sink.js';
import { FunctionSink } from './function-sink.js';
import type { ForwardSink, ForwardTarget } from './sink.js';
import { StreamSink } from './stream-sink.js';

type Duplicate = StderrEndpoint['duplicate'];

const LINE_FEED = Buffer.from('\n');

/** Set in a thread whose `process.stderr` depends on another thread. */
let direct: { readonly probe: WritableProbe | null } | null = null;

/** Makes this thread write stderr and every other descriptor with `fs.writeSync` from now on. */
export function writeDescriptorsDirectly(probe: WritableProbe | null): void {
  direct = { probe };
}

const shared = new WeakMap<object, ForwardSink>();
const descriptors = new Map<number, { readonly file: string; readonly sink: ForwardSink }>();

/**
 * Returns the sink of a destination, which all its channels share, with its state and current line. The
 * owner of a descriptor above 2 may close it, so the sink writes to a duplicate.
 */
export function sinkFor(target: ForwardTarget, duplicate?: Duplicate): ForwardSink {
  if (typeof target === 'number') return descriptorSink(target, duplicate);
  let sink = shared.get(target);
  if (!sink?.usable) {
    sink = typeof target === 'function' ? new FunctionSink(target) : new StreamSink(target);
    shared.set(target, sink);
  }
  return sink;
}

function descriptorSink(fd: number, duplicate: Duplicate): ForwardSink {
  const file = fileBehind(fd);
  const known = descriptors.get(fd);
  const isSameFile = known?.file === file;
  if (isSameFile && known.sink.usable) return known.sink;
  const sink = openDescriptor(fd, duplicate);
  // The previous writer may have left an unfinished line.
  if (isSameFile) sink.openLineOwner = known.sink.openLineOwner;
  descriptors.set(fd, { file, sink });
  return sink;
}

function openDescriptor(fd: number, duplicate: Duplicate): FdSink {
  if (fd <= 2) return new FdSink(fd, 'process', direct?.probe);
  try {
    const own = duplicate?.(fd);
    if (own !== undefined) return new FdSink(own.fd, own, direct?.probe);
  } catch {
    // The descriptor is closed or none is left; the first write will fail and report it.
  }
  return new FdSink(fd, 'caller', direct?.probe);
}

/** Identifies the file that a descriptor refers to at this moment. */
function fileBehind(fd: number): string {
  if (fd <= 2) return 'standard';
  try {
    // A new file may get the inode number of a removed one.
    const { dev, ino, birthtimeNs } = fstatSync(fd, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return 'closed';
  }
}

let standardError: ForwardSink | undefined;
let replacedWrite: ForwardSink | undefined;

/**
 * The sink for this process's stderr. A file or terminal is written with `fs.writeSync`, as
 * `process.stderr` would do. A pipe or socket is written through `process.stderr`, so that a stalled
 * reader does not block the event loop. A replaced `process.stderr.write` receives the bytes.
 */
export function standardErrorSink(): ForwardSink {
  if (direct === null && Object.hasOwn(process.stderr, 'write')) {
    if (!replacedWrite?.usable) replacedWrite = new FunctionSink(callReplacedWrite, isatty(2));
    return replacedWrite;
  }
  if (!standardError?.usable) {
    standardError = sinkFor(direct === null && isPipeOrSocket(2) ? process.stderr : 2);
  }
  return standardError;
}

function callReplacedWrite(chunk: Uint8Array): Promise<void> | undefined {
  const { stderr } = process;
  if (stderr.write(chunk) || !stderr.writableNeedDrain) return undefined;
  return new Promise((resolve) => stderr.once('drain', resolve));
}

function isPipeOrSocket(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

export function endOpenLine(sink: ForwardSink): void {
  const owner = sink.openLineOwner;
  if (owner === null) return;
  sink.openLineOwner = null;
  sink.write(Buffer.concat([owner.endLine(), LINE_FEED]));
}

export function writeMessage(sink: ForwardSink, message: Uint8Array): void {
  endOpenLine(sink);
  sink.write(message);
}
