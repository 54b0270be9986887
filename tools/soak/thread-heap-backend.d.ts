import { pipeBackend } from '@rsync-io/pipe';
export { pipeBackend as default } from '@rsync-io/pipe';
