// Loaded by the drain thread; the query of the URL names the fault.
import type { BackendFault } from '../probe-config.ts';
import { faultyBackend } from './backend-faults.ts';

export default faultyBackend(new URL(import.meta.url).searchParams.get('fault') as BackendFault);
