export { stderrBackendContract, type BackendCapabilities } from './contracts/backend.js';
export {
  childProcesses,
  isAlive,
  openDescriptors,
  waitUntil,
  type WaitOptions,
} from './process-census.js';
export { program, type ProgramName } from './programs.js';
