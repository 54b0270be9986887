import type { Variant } from '../variant/variant.ts';
import type { Observation } from '../matrix/observation.ts';

export interface SplitFd2 {
  /** Written by ssh and the remote side. */
  readonly ofChild: Buffer;
  /** The surfaced failure. */
  readonly surfaced: Buffer;
}

/**
 * Splits fd 2. A transport reports how many bytes were the child's; `rsync-io-ssh` surfaces at most one line,
 * which begins with its name.
 */
export function splitFd2(variant: Variant, { fd2, transport }: Observation): SplitFd2 {
  const at = ((): number => {
    if (variant.kind === 'command') {
      const own = fd2.lastIndexOf('rsync-io-ssh: ');
      return own === -1 ? fd2.length : own;
    }
    if (transport === null || transport.captured.backend === 'inherit') return fd2.length;
    return Math.min(fd2.length, transport.captured.totalBytes);
  })();
  return { ofChild: fd2.subarray(0, at), surfaced: fd2.subarray(at) };
}
