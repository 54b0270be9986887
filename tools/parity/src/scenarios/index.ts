import type { Scenario } from '../matrix/scenario.ts';
import { daemonScenarios } from './daemon.ts';
import { lifetimeScenarios } from './lifetime.ts';
import { remoteSideScenarios } from './remote-side.ts';
import { rsyncScenarios } from './rsync.ts';
import { sshScenarios } from './ssh.ts';
import type { WorkDir } from './work-dir.ts';
import { stderrScenarios } from './stderr.ts';

/** Real programs only; in the order of the matrix. */
export const scenarios: readonly Scenario<WorkDir>[] = [
  ...rsyncScenarios,
  ...sshScenarios,
  ...remoteSideScenarios,
  ...daemonScenarios,
  ...stderrScenarios,
  ...lifetimeScenarios,
];
