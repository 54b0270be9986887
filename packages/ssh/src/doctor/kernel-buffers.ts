import { readFileSync } from 'node:fs';

/** A kernel limit on the amount of stderr that can be queued. */
export interface KernelBuffer {
  readonly name: string;
  /** Unit: bytes. */
  readonly bytes: number;
  readonly meaning: string;
}

/** Linux: socket(7). Other systems do not publish their limits in files. */
const files: readonly (readonly [path: string, name: string, meaning: string])[] = [
  [
    '/proc/sys/net/core/wmem_default',
    'net.core.wmem_default',
    'send buffer of the pipe backend and of the wire',
  ],
  ['/proc/sys/net/core/wmem_max', 'net.core.wmem_max', 'limit of SO_SNDBUF for a socketpair'],
];

export function kernelBuffers(): KernelBuffer[] {
  return files.flatMap(([path, name, meaning]) => {
    try {
      return [{ name, meaning, bytes: Number(readFileSync(path, 'utf8')) }];
    } catch {
      return [];
    }
  });
}
