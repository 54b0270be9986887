// For the tests of this tool.
export { type Fault, makeCase } from './faults/make-case.js';
export { COMBINATIONS } from './matrix/combination.js';
export type { Plant } from './matrix/probe-order.js';
export { type CaseResult, runCase } from './run/run-case.js';
export { Stage } from './run/stage.js';
