import type { Carrier } from '../carrier/carrier.js';
import type { Observation } from '../matrix/observation.js';

export interface SplitFd2 {
  /** What ssh and the remote side wrote. */
  readonly ofChild: Buffer;
  /** What was told after that of a failure. */
  readonly surfaced: Buffer;
}

/**
 * What came on fd 2, in two. A transport knows how many bytes were the child's; `rsync-io-ssh` tells at
 * most one line, which begins with its name.
 */
export function splitFd2(carrier: Carrier, { fd2, carried }: Observation): SplitFd2 {
  const at = ((): number => {
    if (carrier.kind === 'command') {
      const own = fd2.lastIndexOf('rsync-io-ssh: ');
      return own === -1 ? fd2.length : own;
    }
    if (carried === null || carried.captured.backend === 'inherit') return fd2.length;
    return Math.min(fd2.length, carried.captured.totalBytes);
  })();
  return { ofChild: fd2.subarray(0, at), surfaced: fd2.subarray(at) };
}
