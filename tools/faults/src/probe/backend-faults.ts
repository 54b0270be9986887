import type { StderrBackend } from '@rsync-io/aux-channel';
import type { BackendFault } from '../matrix/probe-order.js';

/** The thread ends when the connection is under way. Unit: milliseconds. */
const LATER_MS = 150;

const later = (act: () => void): never => {
  setTimeout(act, LATER_MS);
  throw new Error('the thread is about to end');
};

/** What is wrong with each. */
export const backendFaults: Record<BackendFault, () => Promise<never>> = {
  rejects: () => Promise.reject(new Error('planted')),
  throws: () => {
    throw new Error('planted');
  },
  'rejects with a string': () => Promise.reject('planted'),
  'cannot be loaded': () => Promise.reject(new Error('planted')),
  'exits its thread': () => later(() => process.exit(7)),
  'throws in its thread': () =>
    later(() => {
      throw new Error('planted');
    }),
  'freezes its thread': () =>
    later(() => {
      for (;;);
    }),
  'fills the heap of its thread': () =>
    later(() => {
      const hoard: unknown[] = [];
      for (;;) hoard.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));
    }),
};

/** A backend that does not work. A thread is told by the query of the module's URL what is wrong with it. */
export function faultyBackend(fault: BackendFault): StderrBackend {
  const file = fault === 'cannot be loaded' ? './missing.js' : './faulty-backend.js';
  const module = new URL(file, import.meta.url);
  module.searchParams.set('does', fault);
  return { name: 'socketpair', module: module.href, open: backendFaults[fault] };
}
