import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/**
 * Whether `count` more descriptors can be opened, found out by opening them. To be asked before a
 * spawn: when Node runs out of descriptors inside `spawn`, the sockets it had made for stdio are
 * never closed (measured on Node 20).
 */
export function haveSpareDescriptors(count: number): boolean {
  const opened: number[] = [];
  try {
    while (opened.length < count) opened.push(openSync(devNull, 'r'));
    return true;
  } catch (error) {
    // Another error, for example in a system without /dev/null, proves nothing.
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EMFILE' && code !== 'ENFILE';
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
