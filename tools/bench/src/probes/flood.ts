import { writeFileSync } from 'node:fs';
import {
  type Flood,
  floodBytes,
  floodLines,
  LINE_BYTES,
  LineCounter,
  MIB,
  type Reader,
} from './common/flood.ts';
import { ourReaders } from './common/our-readers.ts';
import { peerReaders } from './common/peer-readers.ts';
import { probe } from './common/probe.ts';

const readers = { ...ourReaders, ...peerReaders };

interface Parameters extends Flood {
  readonly reader: keyof typeof readers;
}

/** Enough to compile the code and grow the heap. */
const WARM_UP_MEBIBYTES = 30;

/** Only delivered bytes count. Lines that are incomplete, or missing without being counted, are an error. */
async function measure(flood: Parameters) {
  const counter = new LineCounter();
  const read: Reader = readers[flood.reader];
  const { begin, dropped = 0 } = await read(flood, counter);
  const duration = performance.now() - begin;
  const { lines, characters } = counter;
  const bytes = floodBytes(flood);
  const expected = floodLines(flood);
  const isComplete = lines + dropped === expected && characters === lines * (bytes / expected - 1);
  if (characters > bytes || (lines > 0 && expected > 0 && !isComplete)) {
    throw new Error(`${lines} of ${expected} lines, ${characters} characters, ${dropped} dropped`);
  }
  return { throughput: (bytes - dropped * LINE_BYTES) / 1_000 / duration, droppedLines: dropped };
}

/**
 * Starts to observe the resident memory of this process. The returned function returns the difference between
 * the peak since then and the initial size. Unit: MiB. On Linux the peak is reset first (proc(5),
 * `clear_refs`). Elsewhere the increase of the peak of the whole process is returned.
 */
function measureMemory(): () => number {
  // getrusage(2), ru_maxrss; Node has it in KiB on every system.
  const peak = () => process.resourceUsage().maxRSS * 1024;
  let before = peak();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    before = process.memoryUsage.rss();
  } catch {
    // Without this file, the peak includes the warm-up.
  }
  return () => Math.max(0, peak() - before) / MIB;
}

await probe(async (flood: Parameters) => {
  await measure({ ...flood, mebibytes: Math.min(flood.mebibytes, WARM_UP_MEBIBYTES) });
  const growth = measureMemory();
  return { ...(await measure(flood)), rssGrowth: growth() };
});
