import { closeSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { type StderrBackend, type TransportOptions, WarningQueue } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';
import { socketpairBackend } from '@rsync-io/socketpair';
import { backend } from './backend.ts';
import type { Arrangement, ProbeConfig } from './config.ts';

export function backendsOf({ combination }: ProbeConfig): StderrBackend[] {
  if (combination.backend === 'inherit') return [];
  return combination.backend === 'pipe' ? [pipeBackend] : [socketpairBackend, pipeBackend];
}

/** Prepares the fault. Returns options that suit both transports. */
export function arrange(config: ProbeConfig) {
  let calls = 0;
  const fail = () => {
    calls += 1;
    throw new Error('injected into a callback');
  };
  const destroyed = () => {
    const to = new Writable({ write: (_chunk, _encoding, done) => done() });
    return to.on('error', () => {}).destroy(new Error('injected into a stream'));
  };
  // The sync transport has its own queue and takes only the capacity.
  const isSync = config.combination.transport === 'sync';
  const queue = () =>
    (isSync ? { capacity: 1 } : new WarningQueue({ capacity: 1 })) as WarningQueue;
  const options: Record<Arrangement, () => Partial<TransportOptions>> = {
    'listener throws': () => ({ warnings: fail }),
    'sink throws': () => ({ forward: { to: fail } }),
    'sink is destroyed': () => ({ forward: { to: destroyed() } }),
    'queue of one line': () => ({ warnings: queue() }),
    // It was used before the census.
    'fd 2 does not block': () => ({}),
  };
  const { arrange: what, backendFault, spare } = config;
  const taken = spare === null ? [] : allDescriptors();
  const ranOut = spare === null || taken.length > spare;
  for (const fd of taken.splice(0, spare ?? 0)) closeSync(fd);
  return {
    options: {
      backends: backendFault === null ? backendsOf(config) : [backend(backendFault), pipeBackend],
      ...(what !== null && options[what]()),
    },
    /** Whether the fault took place; call it after the section. */
    tookPlace: () => ranOut && (calls > 0 || !what?.endsWith('throws')),
    undo: () => taken.forEach((fd) => closeSync(fd)),
  };
}

function allDescriptors(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // EMFILE: all are taken.
    return taken;
  }
}
