import { writeFileSync } from 'node:fs';

const MIB = 1_048_576;

/**
 * Starts to observe the resident memory of this process. The returned function returns the difference
 * between the peak since then and the initial size. Unit: MiB.
 *
 * On Linux the peak is reset first (proc(5), `clear_refs`). Elsewhere the peak is that of the whole
 * process, and the increase of the peak is returned.
 */
export function measureMemory(): () => number {
  let before = peak();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    before = process.memoryUsage.rss();
  } catch {
    // Without this file, the peak includes the warm-up.
  }
  return () => Math.max(0, peak() - before) / MIB;
}

/** getrusage(2), ru_maxrss; Node has it in KiB on every system. */
const peak = () => process.resourceUsage().maxRSS * 1024;
