import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** In memory if possible, so that the disk is not measured. */
export function roomyFolder(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > bytes) return '/dev/shm';
  } catch {
    // This system has none.
  }
  return tmpdir();
}
