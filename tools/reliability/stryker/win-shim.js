import { mutationOf } from './shared.js';

// The authentication, which is the same state machine on every platform.
export default mutationOf({ name: 'win-shim', mutate: ['src/handshake.ts'], minScore: 95 });
