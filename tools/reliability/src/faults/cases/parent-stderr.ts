import type { Combination } from '../combination.ts';
import type { Fault } from './make-case.ts';

/** More than a pipe holds (pipe(7): 64 KiB). */
const config = { payloadBytes: 200_000 };
const nonBlocking = { ...config, arrange: { kind: 'fd 2 does not block' } } as const;

/** Not everything can be shown, which must not affect the capture or the wire. */
const expect = { shown: null };

export const parentStderrFaults = ({ backend }: Combination): readonly Fault[] => [
  { title: 'closed at the start', stderr: 'closed', expect },
  { title: 'a full device', stderr: 'full device', expect },
  { title: 'a pipe without a reader', stderr: 'pipe without a reader', expect },
  { title: 'a full pipe that is read late', stderr: 'pipe that is read late', config },
  {
    title: 'a full pipe with O_NONBLOCK that is read late',
    stderr: 'pipe that is read late',
    config: nonBlocking,
  },
  { title: 'a pipe that is read slowly', stderr: 'pipe that is read slowly', config },
  {
    title: 'a pipe with O_NONBLOCK that is read slowly',
    stderr: 'pipe that is read slowly',
    config: nonBlocking,
  },
  {
    title: 'a file at its limit',
    stderr: 'file at its limit',
    expect: {
      ...expect,
      // Node ignores SIGXFSZ (setrlimit(2), RLIMIT_FSIZE); its children do not.
      ...(backend === 'inherit' && { status: { code: null, signal: 'SIGXFSZ' } }),
    },
  },
];
