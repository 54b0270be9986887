// A module of its own, because a thread loads it by its URL, whose query says what is wrong.
import type { BackendFault } from '../matrix/probe-order.js';
import { faultyBackend } from './backend-faults.js';

export default faultyBackend(new URL(import.meta.url).searchParams.get('does') as BackendFault);
