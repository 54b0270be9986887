import { socketpairBackend } from '@rsync-io/socketpair';
import { stderrBackendContract } from '@rsync-io/testkit';

stderrBackendContract(socketpairBackend, { knowsEmpty: process.platform !== 'win32' });
