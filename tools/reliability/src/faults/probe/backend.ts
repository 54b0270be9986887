import { readlinkSync } from 'node:fs';
import type { StderrBackend } from '@rsync-io/aux-channel';
import { pipeBackend } from '@rsync-io/pipe';

/** Variable for the kernel's number of the drain thread; threads share the environment. */
export const DRAIN_THREAD = 'RSYNC_IO_FAULTS_DRAIN_THREAD';
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

const faults = {
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
} satisfies Record<string, () => Promise<never>>;

export type BackendFault = keyof typeof faults;

/** @param fault `null`: the pipe backend, which also records the thread that opens it */
export function backend(fault: BackendFault | null): StderrBackend {
  const file = fault === 'cannot be loaded' ? './missing.mjs' : './thread-backend.mjs';
  const module = `${new URL(file, import.meta.url).href}?${fault ?? ''}`;
  if (fault !== null) return { name: 'socketpair', module, open: faults[fault] };
  const open = () => {
    process.env[DRAIN_THREAD] = readlinkSync('/proc/thread-self').split('/').at(-1);
    return pipeBackend.open();
  };
  return { name: 'pipe', module, open };
}
