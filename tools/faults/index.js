import {
  COMBINATIONS,
  Stage,
  makeCase,
  runCase
} from "./chunk-SBGAEUOG.js";
export {
  COMBINATIONS,
  Stage,
  makeCase,
  runCase
};
