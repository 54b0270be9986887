import { pipeBackend } from '@rsync-io/pipe';
import { stderrBackendContract } from '@rsync-io/testkit';

stderrBackendContract(pipeBackend, { knowsEmpty: process.platform !== 'win32' });
