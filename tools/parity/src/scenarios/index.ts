import type { Scenario } from '../matrix/scenario.js';
import { daemonScenarios } from './daemon.js';
import { lifetimeScenarios } from './lifetime.js';
import { remoteSideScenarios } from './remote-side.js';
import { rsyncScenarios } from './rsync.js';
import { sshScenarios } from './ssh.js';
import type { Stage } from './stage.js';
import { stderrScenarios } from './stderr.js';

/** Real programs only; in the order of the matrix. */
export const scenarios: readonly Scenario<Stage>[] = [
  ...rsyncScenarios,
  ...sshScenarios,
  ...remoteSideScenarios,
  ...daemonScenarios,
  ...stderrScenarios,
  ...lifetimeScenarios,
];
