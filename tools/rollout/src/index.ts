export { type Evidence, evidence, PLATFORMS } from './evidence.js';
export { FLAG, type FlaggedPackage, flaggedPackages } from './flagged-packages.js';
export { demote, promote, RefusedError } from './promotion.js';
export { statusText } from './status.js';
