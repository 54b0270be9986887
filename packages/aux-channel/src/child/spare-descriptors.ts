import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/**
 * Checks whether `count` more descriptors can be opened, by opening them. Needed before a spawn: if Node
 * runs out of descriptors inside `spawn`, it never closes the sockets that it created for stdio (measured
 * on Node 20).
 */
export function haveSpareDescriptors(count: number): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'));
    return true;
  } catch (error) {
    // Another error, for example on a system without /dev/null, proves nothing.
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EMFILE' && code !== 'ENFILE';
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
