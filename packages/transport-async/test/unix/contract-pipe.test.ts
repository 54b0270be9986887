import { pipeBackend } from '@rsync-io/pipe';
import { transportContract } from '@rsync-io/testkit';
import { driver } from '../contract-driver.js';

transportContract(driver, pipeBackend);
