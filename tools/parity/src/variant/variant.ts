import type { StderrSnapshot } from '@rsync-io/aux-channel';
import type { FlagState } from '@rsync-io/kit/workspace';

export type Backend = StderrSnapshot['backend'];

/**
 * A way to start a remote shell: a column of the matrix.
 * - `ssh`: the program itself, the reference.
 * - `async`, `sync`: the program as the child of a transport, with its wire pumped.
 * - `command`: `rsync-io-ssh` as users run it.
 */
export type Variant =
  | { readonly kind: 'ssh'; readonly id: 'ssh' }
  | {
      readonly kind: 'async' | 'sync';
      readonly id: string;
      readonly flag: FlagState;
      readonly backend: Backend;
    }
  | { readonly kind: 'command'; readonly id: 'rsync-io-ssh' };

export const reference: Variant = { kind: 'ssh', id: 'ssh' };

/** All variants of a platform, the reference first. */
export function variants(platform: NodeJS.Platform = process.platform): readonly Variant[] {
  const transport = (kind: 'async' | 'sync', flag: FlagState, backend: Backend): Variant => ({
    kind,
    flag,
    backend,
    id: `${kind}-${flag}-${backend}`,
  });
  // With the flag off, win-shim is built without its backend.
  const backends = (flag: FlagState): Backend[] => {
    if (platform !== 'win32') return ['socketpair', 'pipe'];
    return flag === 'on' ? ['tcp-loopback', 'pipe'] : ['pipe'];
  };
  return [
    reference,
    // By design: without the flag ssh inherits fd 2 and nothing is captured.
    transport('async', 'off', 'inherit'),
    ...backends('on').map((backend) => transport('async', 'on', backend)),
    ...backends('off').map((backend) => transport('sync', 'off', backend)),
    ...backends('on').map((backend) => transport('sync', 'on', backend)),
    { kind: 'command', id: 'rsync-io-ssh' },
  ];
}
