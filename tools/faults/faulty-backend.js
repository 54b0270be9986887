import {
  faultyBackend
} from "./chunk-GSFWENKA.js";

// src/probe/faulty-backend.ts
var faulty_backend_default = faultyBackend(new URL(import.meta.url).searchParams.get("does"));
export {
  faulty_backend_default as default
};
