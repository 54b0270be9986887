import {
  DRAIN_THREAD_ID,
  thread_id_backend_default
} from "./chunk-KTULVNYT.js";
export {
  DRAIN_THREAD_ID,
  thread_id_backend_default as default
};
