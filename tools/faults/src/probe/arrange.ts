import { closeSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { type StderrBackend, type TransportOptions, WarningQueue } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import type { SyncTransportOptions } from '@rsync-io/transport-sync';
import type { Arrangement, ProbeOrder } from '../matrix/probe-order.js';
import { faultyBackend } from './backend-faults.js';

/** What a fault changes about the section. */
export interface Arranged {
  readonly options: TransportOptions;
  /** Whether the fault took place; asked after the section. */
  readonly tookPlace: () => boolean;
  readonly undo: () => void;
}

export function backendsOf(order: ProbeOrder): StderrBackend[] {
  switch (order.combination.backend) {
    case 'socketpair':
      return [socketpairBackend, pipeBackend];
    case 'pipe':
      return [pipeBackend];
    case 'inherit':
      return [];
  }
}

/** Options that hold for both transports, and for the fault at hand. */
export function arrange(order: ProbeOrder): Arranged {
  const backends = backendsOf(order);
  const plain: Arranged = { options: { backends }, tookPlace: () => true, undo: () => {} };
  const { arrange: what } = order;
  switch (what.kind) {
    case 'nothing':
      return plain;
    case 'spare descriptors':
      return { ...plain, ...spareDescriptors(what.spare) };
    case 'backend':
      return { ...plain, options: { backends: [faultyBackend(what.does), pipeBackend] } };
    case 'fd 2 does not block': // Since before the census.
      return plain;
    default:
      return { ...plain, ...callback(what, order) };
  }
}

/** Takes all descriptors but some. */
function spareDescriptors(spare: number): Pick<Arranged, 'undo' | 'tookPlace'> {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: all are taken.
  }
  const ranOut = taken.length > spare;
  for (let i = 0; i < spare; i++) closeSync(taken.pop() as number);
  return {
    tookPlace: () => ranOut,
    undo: () => taken.splice(0).forEach((fd) => closeSync(fd)),
  };
}

function callback(what: Arrangement, order: ProbeOrder): Arranged {
  const backends = backendsOf(order);
  let called = 0;
  const fail = () => {
    called += 1;
    throw new Error('planted in a callback');
  };
  const tookPlace = () => called > 0;
  const undo = () => {};
  switch (what.kind) {
    case 'listener throws':
      return { options: { backends, warnings: fail }, tookPlace, undo };
    case 'sink throws':
      return { options: { backends, forward: { to: fail } }, tookPlace, undo };
    case 'sink is destroyed': {
      const to = new Writable({ write: (_chunk, _encoding, done) => (called++, done()) });
      to.on('error', () => {});
      to.destroy(new Error('planted in a stream'));
      return { options: { backends, forward: { to } }, tookPlace: () => to.destroyed, undo };
    }
    case 'queue of one line': {
      // The blocking transport has its own queue, of which it is told the size only.
      const warnings =
        order.combination.transport === 'sync'
          ? ({ capacity: 1 } as unknown as WarningQueue)
          : new WarningQueue({ capacity: 1 });
      return { options: { backends, warnings }, tookPlace: () => true, undo };
    }
    default:
      throw new Error(`No callback: ${what.kind}`);
  }
}

/** The blocking transport's options: what a thread cannot be handed never gets here. */
export const asSync = (options: TransportOptions) => options as SyncTransportOptions;
