import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Scenario } from '../matrix/scenario.ts';
import { fewFiles, slowFiles } from './trees.ts';
import type { WorkDir } from './work-dir.ts';

const both = ['push', 'pull'] as const;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const lifetimeScenarios: readonly Scenario<WorkDir>[] = [
  {
    name: 'control-master-left',
    title: 'ssh -v leaves a ControlPersist master behind, which keeps fd 2',
    group: 'lifetime',
    directions: both,
    shows: { codes: [0], fd2: /debug1: Sending command: / },
    // Since the master lives on, what it says at its end may or may not be in.
    masks: [{ pattern: /^(debug1|Transferred|Bytes per second): [^\n]*\n/gm, by: '' }],
    async run(workDir) {
      fewFiles(workDir.from);
      const socket = path.join(workDir.folder, 'm');
      const options = ['ControlMaster=auto', 'ControlPersist=20', `ControlPath=${socket}`];
      try {
        return await workDir.transfer(['-a'], {
          options: ['-v', ...options.map((option) => `-o${option}`)],
        });
      } finally {
        execFileSync('ssh', ['-O', 'exit', '-S', socket, workDir.server.host], { stdio: 'ignore' });
      }
    },
  },
  {
    name: 'local-command-left',
    title: 'a LocalCommand runs on in the background',
    group: 'lifetime',
    directions: both,
    shows: { codes: [0], fd2: /^from the local command\n$/ },
    run(workDir) {
      fewFiles(workDir.from);
      const command = "LocalCommand=echo 'from the local command' >&2; sleep 4 &";
      const quoted = `"-o${command}"`;
      return workDir.transfer(['-a'], { options: ['-oPermitLocalCommand=yes', quoted] });
    },
  },
  {
    name: 'client-terminated',
    title: 'rsync itself is told to stop in the middle (20)',
    group: 'lifetime',
    directions: both,
    shows: { codes: [20], client: /received SIGINT, SIGTERM, or SIGHUP/ },
    endIsRace: true,
    clientIsRace: true,
    run(workDir) {
      slowFiles(workDir.from);
      return workDir.transfer(['-a', '--bwlimit=50'], {
        meanwhile: async (child) => {
          await pause(1_500);
          child.kill('SIGTERM');
        },
      });
    },
  },
];
