import type { StderrBackend } from '@rsync-io/aux-channel';
import type { BackendFault } from '../probe-config.ts';

/** The thread ends after the connection is established. Unit: milliseconds. */
const LATER_MS = 150;
/** Longer than it takes until the warning about a slow thread. Unit: milliseconds. */
const FROZEN_MS = 4_000;

const later = (act: () => void): never => {
  setTimeout(act, LATER_MS);
  throw new Error('the thread is about to end');
};
const fail = (): never => {
  throw new Error('injected');
};

const backendFaults: Record<BackendFault, () => Promise<never>> = {
  rejects: () => Promise.reject(new Error('injected')),
  throws: fail,
  'rejects with a string': () => Promise.reject('injected'),
  'cannot be loaded': fail,
  'exits its thread': () => later(() => process.exit(7)),
  'throws in its thread': () => later(fail),
  'freezes its thread': () =>
    later(() => {
      for (const end = performance.now() + FROZEN_MS; performance.now() < end;);
    }),
  'fills the heap of its thread': () =>
    later(() => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));
    }),
};

export function faultyBackend(fault: BackendFault): StderrBackend {
  const file = fault === 'cannot be loaded' ? './missing.mjs' : './faulty-backend.mjs';
  const module = new URL(file, import.meta.url);
  module.searchParams.set('fault', fault);
  return { name: 'socketpair', module: module.href, open: backendFaults[fault] };
}
