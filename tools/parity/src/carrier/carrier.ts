import type { StderrSnapshot } from '@rsync-io/aux-channel';

export type Backend = StderrSnapshot['backend'];
export type FlagState = 'off' | 'on';

/**
 * One way to start a remote shell: a column of the matrix.
 * - `ssh`: the program itself; what the others are compared with.
 * - `async`, `sync`: the program carried by a transport of ours, the wire pumped through it.
 * - `command`: `rsync-io-ssh` as users have it.
 */
export type Carrier =
  | { readonly kind: 'ssh'; readonly id: 'ssh' }
  | {
      readonly kind: 'async' | 'sync';
      readonly id: string;
      readonly flag: FlagState;
      readonly backend: Backend;
    }
  | { readonly kind: 'command'; readonly id: 'rsync-io-ssh' };

const carried = (kind: 'async' | 'sync', flag: FlagState, backend: Backend): Carrier => ({
  kind,
  flag,
  backend,
  id: `${kind}-${flag}-${backend}`,
});

export const reference: Carrier = { kind: 'ssh', id: 'ssh' };

/** Every way there is on a platform, the reference first. */
export function carriers(platform: NodeJS.Platform = process.platform): readonly Carrier[] {
  // With the flag off, win-shim is built without its backend: there is nothing to choose.
  const offered = (flag: FlagState): Backend[] => {
    if (platform !== 'win32') return ['socketpair', 'pipe'];
    return flag === 'on' ? ['tcp-loopback', 'pipe'] : ['pipe'];
  };
  return [
    reference,
    // The design says it: without the flag ssh inherits fd 2, and nothing is captured.
    carried('async', 'off', 'inherit'),
    ...offered('on').map((backend) => carried('async', 'on', backend)),
    ...offered('off').map((backend) => carried('sync', 'off', backend)),
    ...offered('on').map((backend) => carried('sync', 'on', backend)),
    { kind: 'command', id: 'rsync-io-ssh' },
  ];
}

/** In words, for people. */
export function describeCarrier(carrier: Carrier): string {
  switch (carrier.kind) {
    case 'ssh':
      return 'plain ssh';
    case 'command':
      return 'rsync-io-ssh';
    default:
      return `${carrier.kind}, flag ${carrier.flag}, ${carrier.backend}`;
  }
}
