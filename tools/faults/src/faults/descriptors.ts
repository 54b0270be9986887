import { RESULT, spawnError } from '../judge/expectation.js';
import type { Combination } from '../matrix/combination.js';
import type { FaultCase } from '../matrix/fault-case.js';
import { makeCase } from './make-case.js';

/** More than any spawn takes. */
const MOST_SPARE = 14;

/** The descriptors of a process run out at every point that there is. */
export const descriptorCases = (combination: Combination): FaultCase[] =>
  Array.from({ length: MOST_SPARE + 1 }, (_, spare) =>
    makeCase(combination, 'descriptors', {
      title: `${spare} to spare`,
      order: { arrange: { kind: 'spare descriptors', spare } },
      expect: {
        ways: [
          RESULT,
          { kind: 'fallback', backend: 'inherit' },
          { kind: 'fallback', backend: 'pipe' },
          spawnError('EMFILE'),
        ],
      },
    }),
  );
