export { childScript, expectedStderr } from './workload/child.js';
export { check, type Fault, type Outcome } from './workload/check.js';
export { type Plan, randomPlan, seededRandom } from './workload/plan.js';
export { blobProblems, FLAT_BYTES, type History, problems } from './verdict.js';
export { runSoak, type SoakOptions, type SoakReport } from './run-soak.js';
export type { BlobFigures } from './worker/blob.js';
export type { Census, Figures } from './worker/figures.js';
