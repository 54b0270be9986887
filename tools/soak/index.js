import {
  FLAT_BYTES,
  FLAT_HEAP_BYTES,
  blobProblems,
  problems,
  runBlob,
  runSoak,
  trend
} from "./chunk-AYVOLFUF.js";
import {
  PLANTS,
  check,
  childScript,
  expectedStderr,
  randomPlan,
  seededRandom
} from "./chunk-JRA7DG2O.js";
import "./chunk-BPCHXMC3.js";
export {
  FLAT_BYTES,
  FLAT_HEAP_BYTES,
  PLANTS,
  blobProblems,
  check,
  childScript,
  expectedStderr,
  problems,
  randomPlan,
  runBlob,
  runSoak,
  seededRandom,
  trend
};
