export { readCorpus } from './corpus.js';
export { fuzz, type Crash, type FuzzResult } from './fuzz.js';
export { mutate, seededRandom } from './mutate.js';
export { type Target, type TargetName, TARGETS } from './targets.js';
