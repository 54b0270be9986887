import {
  TARGETS,
  fuzz,
  mutate,
  readCorpus,
  seededRandom
} from "./chunk-DARGIFEI.js";
export {
  TARGETS,
  fuzz,
  mutate,
  readCorpus,
  seededRandom
};
