import { socketpairBackend } from '@rsync-io/socketpair';
import { transportContract } from '@rsync-io/testkit';
import { driver } from '../contract-driver.js';

transportContract(driver, socketpairBackend);
