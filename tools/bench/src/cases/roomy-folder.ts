import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Memory rather than a disk, so that the disk is not what is measured. */
export function roomyFolder(bytes: number): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > bytes) return '/dev/shm';
  } catch {
    // There is none on this system.
  }
  return tmpdir();
}
