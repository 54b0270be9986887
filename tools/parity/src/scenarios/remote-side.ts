import type { Scenario } from '../matrix/scenario.ts';
import { fewFiles } from './trees.ts';
import type { WorkDir } from './work-dir.ts';

const both = ['push', 'pull'] as const;

/** The remote command is a shell command that ends with rsync, or before it. */
const remoteCommand = (
  name: string,
  title: string,
  rsyncPath: string,
  shows: Scenario<WorkDir>['shows'],
  more: Partial<Scenario<WorkDir>> = {},
): Scenario<WorkDir> => ({
  name,
  title,
  group: 'remote side',
  directions: both,
  shows,
  run(workDir) {
    fewFiles(workDir.from);
    return workDir.transfer(['-a', `--rsync-path=${rsyncPath}`]);
  },
  ...more,
});

/** The bytes that had come when the wire ended, and the place in rsync's source. */
const CUT = [{ pattern: /\(\d+ bytes received so far\)/g, by: '(N bytes received so far)' }];

export const remoteSideScenarios: readonly Scenario<WorkDir>[] = [
  remoteCommand('rsync-missing', 'no rsync on the remote side', 'no-such-rsync', {
    codes: [127, 12],
    fd2: /no-such-rsync: (command )?not found/,
  }),
  remoteCommand('remote-killed', 'the remote command is killed by a signal', 'kill -9 $$; rsync', {
    codes: [12, 255],
    client: /connection unexpectedly closed/,
  }),
  remoteCommand(
    'remote-exit-3',
    'the remote command ends with words and a code of its own',
    'echo "no more licences" >&2; exit 3; rsync',
    { codes: [12, 3], fd2: /^no more licences\n/ },
  ),
  remoteCommand(
    'unclean-shell',
    'a login script prints to stdout: protocol garbage',
    'echo Welcome to this host; rsync',
    { codes: [2], client: /is your shell clean/ },
    { endIsRace: true },
  ),
  remoteCommand(
    'cut-in-the-middle',
    'the server process of the connection is killed in the middle of the protocol',
    '(sleep 0.3; kill -9 $PPID) & sleep 5; rsync',
    { codes: [255, 12], fd2: /closed by (remote host|.* port)/ },
    {
      // In a push rsync notices at once, and may end ssh before that has said anything.
      directions: ['pull'],
      masks: [...CUT, { pattern: /\bport \d+\b/g, by: 'port N' }],
    },
  ),
];
