import {
  FLAG,
  PLATFORMS,
  RefusedError,
  demote,
  evidence,
  flaggedPackages,
  promote,
  statusText
} from "./chunk-CXIRNOAR.js";
export {
  FLAG,
  PLATFORMS,
  RefusedError,
  demote,
  evidence,
  flaggedPackages,
  promote,
  statusText
};
