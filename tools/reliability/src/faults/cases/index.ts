import { type Combination, COMBINATIONS } from '../combination.ts';
import { fallbackTo, RESULT, spawnError } from '../expectation.ts';
import type { FaultCase, FaultGroup } from '../fault-case.ts';
import { childFaults } from './child.ts';
import { type Fault, makeCase } from './make-case.ts';
import { moduleFaults } from './modules.ts';
import { parentStderrFaults } from './parent-stderr.ts';
import { type Count, systemCallCases } from './system-calls.ts';

/** @param counts of system calls; empty: none is made to fail */
export const allCases = (counts: readonly Count[]): FaultCase[] => [
  ...systemCallCases(counts),
  ...COMBINATIONS.flatMap(casesOf),
];

function casesOf(combination: Combination): FaultCase[] {
  const groups: [FaultGroup, readonly Fault[]][] = [
    ['descriptors', descriptorFaults],
    ['module', moduleFaults(combination)],
    ['fd 2', parentStderrFaults(combination)],
    ['child', childFaults(combination)],
  ];
  return groups.flatMap(([group, faults]) =>
    faults.map((fault) => makeCase(combination, group, fault)),
  );
}

/** More than any spawn needs. */
const MAX_SPARE = 14;

/** The process runs out of descriptors at every possible point. */
const descriptorFaults = Array.from({ length: MAX_SPARE + 1 }, (_, spare): Fault => ({
  title: `${spare} to spare`,
  config: { arrange: { kind: 'spare descriptors', spare } },
  expect: {
    allowedOutcomes: [RESULT, fallbackTo('inherit'), fallbackTo('pipe'), spawnError('EMFILE')],
  },
}));
