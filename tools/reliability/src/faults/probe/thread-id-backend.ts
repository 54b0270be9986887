// Loaded by the drain thread.
export { threadIdBackend as default } from './thread-id.ts';
