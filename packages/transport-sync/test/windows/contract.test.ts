import { pipeBackend } from '@rsync-io/pipe';
import { transportContract } from '@rsync-io/testkit';
import { tcpLoopbackBackend } from '@rsync-io/win-shim/ssh-socketpair-stderr';
import { driver } from '../contract-driver.js';

transportContract(driver, tcpLoopbackBackend);
transportContract(driver, pipeBackend);
