import { writeFileSync } from 'node:fs';

const MIB = 1_048_576;

/**
 * Begins to watch this process's resident memory. The function returned tells by how much its peak
 * since then lies above what it was at the beginning. Unit: MiB.
 *
 * On Linux the peak is reset first (proc(5), `clear_refs`); elsewhere it is that of the whole life of
 * the process, and what counts is how far it was surpassed.
 */
export function measureMemory(): () => number {
  let before = peak();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    before = process.memoryUsage.rss();
  } catch {
    // No such file: the peak of the warm-up stands.
  }
  return () => Math.max(0, peak() - before) / MIB;
}

/** getrusage(2), ru_maxrss; Node has it in KiB on every system. */
const peak = () => process.resourceUsage().maxRSS * 1024;
