// For the tests of this tool.
export { allCases } from './faults/index.js';
export { makeCase } from './faults/make-case.js';
export { COMBINATIONS, type Combination } from './matrix/combination.js';
export type { FaultCase } from './matrix/fault-case.js';
export { calibrate } from './run/calibrate.js';
export { runAll } from './run/run-all.js';
export { type CaseResult, runCase } from './run/run-case.js';
export { Stage } from './run/stage.js';
export { whyNoStrace } from './run/strace.js';
export { formatSummary, totalsOf } from './report/summary.js';
