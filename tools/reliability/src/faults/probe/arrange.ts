import { closeSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { type StderrBackend, type TransportOptions, WarningQueue } from '@rsync-io/aux-channel';

import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import type { SyncTransportOptions } from '@rsync-io/transport-sync';
import type { ProbeConfig } from '../probe-config.ts';
import { faultyBackend } from './backend-faults.ts';

/** How a fault changes the section. */
export interface Arranged {
  readonly options: TransportOptions;
  /** Whether the fault took place; call it after the section. */
  readonly tookPlace: () => boolean;
  readonly undo: () => void;
}

export function backendsOf({ combination }: ProbeConfig): StderrBackend[] {
  if (combination.backend === 'inherit') return [];
  return combination.backend === 'pipe' ? [pipeBackend] : [socketpairBackend, pipeBackend];
}

/** Prepares the fault; the options suit both transports. */
export function arrange(config: ProbeConfig): Arranged {
  const backends = backendsOf(config);
  const plain: Arranged = { options: { backends }, tookPlace: () => true, undo: () => {} };
  let calls = 0;
  const fail = () => {
    calls += 1;
    throw new Error('injected into a callback');
  };
  const tookPlace = () => calls > 0;
  const { arrange: what } = config;
  switch (what.kind) {
    // For the latter, `process.stderr` was used before the census.
    case 'nothing':
    case 'fd 2 does not block':
      return plain;
    case 'spare descriptors':
      return { ...plain, ...takeDescriptors(what.spare) };
    case 'backend':
      return { ...plain, options: { backends: [faultyBackend(what.fault), pipeBackend] } };
    case 'listener throws':
      return { ...plain, options: { backends, warnings: fail }, tookPlace };
    case 'sink throws':
      return { ...plain, options: { backends, forward: { to: fail } }, tookPlace };
    case 'sink is destroyed': {
      const to = new Writable({ write: (_chunk, _encoding, done) => done() });
      to.on('error', () => {});
      to.destroy(new Error('injected into a stream'));
      return { ...plain, options: { backends, forward: { to } }, tookPlace: () => to.destroyed };
    }
    case 'queue of one line': {
      // The sync transport has its own queue and takes only the capacity.
      const isSync = config.combination.transport === 'sync';
      const warnings = isSync
        ? ({ capacity: 1 } as unknown as WarningQueue)
        : new WarningQueue({ capacity: 1 });
      return { ...plain, options: { backends, warnings } };
    }
  }
}

/** Takes all descriptors except some. */
function takeDescriptors(spare: number): Pick<Arranged, 'undo' | 'tookPlace'> {
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

/** The options as those of the sync transport; no arrangement gives it anything else. */
export const asSync = (options: TransportOptions) => options as SyncTransportOptions;
