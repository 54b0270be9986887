import type { Combination } from '../matrix/combination.js';
import type { FaultCase } from '../matrix/fault-case.js';
import { type Fault, makeCase } from './make-case.js';

/** More than a pipe holds (pipe(7): 64 KiB). */
const TOO_MUCH = 200_000;

/** Nothing can be shown, or not all: the capture and the wire do not care. */
const UNSHOWN = { shown: null };

const faults: readonly Fault[] = [
  { title: 'closed at the start', stderr: 'closed', expect: UNSHOWN },
  { title: 'a full device', stderr: 'full device', expect: UNSHOWN },
  { title: 'a pipe without a reader', stderr: 'pipe without a reader', expect: UNSHOWN },
  {
    title: 'a full pipe that is read late',
    stderr: 'pipe that is read late',
    order: { payloadBytes: TOO_MUCH },
  },
  {
    title: 'a full pipe with O_NONBLOCK that is read late',
    stderr: 'pipe that is read late',
    order: { payloadBytes: TOO_MUCH, arrange: { kind: 'fd 2 does not block' } },
  },
  {
    title: 'a pipe that is read slowly',
    stderr: 'pipe that is read slowly',
    order: { payloadBytes: TOO_MUCH },
  },
  {
    title: 'a pipe with O_NONBLOCK that is read slowly',
    stderr: 'pipe that is read slowly',
    order: { payloadBytes: TOO_MUCH, arrange: { kind: 'fd 2 does not block' } },
  },
];

const fileAtItsLimit = ({ backend }: Combination): Fault => ({
  title: 'a file at its limit',
  stderr: 'file at its limit',
  expect: {
    ...UNSHOWN,
    // Node ignores the signal (setrlimit(2), RLIMIT_FSIZE), what it starts does not.
    ...(backend === 'inherit' && { status: { code: null, signal: 'SIGXFSZ' } }),
  },
});

export const parentStderrCases = (combination: Combination): FaultCase[] =>
  [...faults, fileAtItsLimit(combination)].map((fault) => makeCase(combination, 'fd 2', fault));
