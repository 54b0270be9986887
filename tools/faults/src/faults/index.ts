import { type Combination, COMBINATIONS } from '../matrix/combination.js';
import type { FaultCase } from '../matrix/fault-case.js';
import { childCases } from './child.js';
import { descriptorCases } from './descriptors.js';
import { moduleCases } from './modules.js';
import { parentStderrCases } from './parent-stderr.js';
import { type Count, systemCallCases } from './system-calls.js';

/** @param counts of system calls; empty: none is made to fail */
export const allCases = (counts: readonly Count[]): FaultCase[] => [
  ...systemCallCases(counts),
  ...COMBINATIONS.flatMap(casesOf),
];

const casesOf = (combination: Combination): FaultCase[] => [
  ...descriptorCases(combination),
  ...moduleCases(combination),
  ...parentStderrCases(combination),
  ...childCases(combination),
];
