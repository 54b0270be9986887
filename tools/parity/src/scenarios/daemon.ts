import type { RunOptions } from '@rsync-io/testkit/lab';
import type { ClientRun, Scenario } from '../matrix/scenario.ts';
import type { WorkDir } from './work-dir.ts';
import { fewFiles } from './trees.ts';
import { VERBOSE_MASKS } from './verbose-masks.ts';

const both = ['push', 'pull'] as const;

/** `host::module`: a daemon that ssh starts for this one transfer. */
function overShell(
  workDir: WorkDir,
  words: readonly string[],
  run: RunOptions & { options?: readonly string[] } = {},
): Promise<ClientRun> {
  const path = `--rsync-path=rsync --config=${workDir.peers.daemon.configFile}`;
  const { options = [], ...rest } = run;
  return workDir.rsync(['-e', workDir.remoteShell(options), path, ...words], rest);
}

/** `rsync://`: the running daemon's socket, reached through ssh's `-W`. */
function throughSocket(
  workDir: WorkDir,
  words: readonly string[],
  { env }: RunOptions = {},
): Promise<ClientRun> {
  const host = `127.0.0.1:${workDir.peers.daemon.port}`;
  const connect = `${workDir.remoteShell(['-W', host])} ${workDir.server.host}`;
  return workDir.rsync(words, { env: { ...env, RSYNC_CONNECT_PROG: connect } });
}

/** A folder of the cell as the module `open` has it. */
const inModule = (workDir: WorkDir, folder: string) =>
  `open${folder.slice(workDir.lab.folder.length)}/`;

const ends = (workDir: WorkDir, prefix: string) =>
  workDir.direction === 'push'
    ? [`${workDir.from}/`, `${prefix}${inModule(workDir, workDir.to)}`]
    : [`${prefix}${inModule(workDir, workDir.from)}`, `${workDir.to}/`];

export const daemonScenarios: readonly Scenario<WorkDir>[] = [
  {
    name: 'daemon-over-shell',
    title: 'a module of a daemon that the remote shell starts',
    group: 'daemon',
    directions: both,
    shows: { codes: [0] },
    run(workDir) {
      fewFiles(workDir.from);
      return overShell(workDir, ['-a', ...ends(workDir, `${workDir.server.host}::`)]);
    },
  },
  {
    name: 'daemon-through-socket',
    title: "a running daemon's socket, through ssh -W",
    group: 'daemon',
    directions: both,
    shows: { codes: [0] },
    run(workDir) {
      fewFiles(workDir.from);
      return throughSocket(workDir, ['-a', ...ends(workDir, 'rsync://127.0.0.1/')]);
    },
  },
  {
    name: 'daemon-module-list',
    title: 'the list of modules, over a shell that is verbose',
    group: 'daemon',
    directions: ['pull'],
    shows: { codes: [0], fd2: /Authenticated to/ },
    masks: VERBOSE_MASKS,
    run: (workDir) => overShell(workDir, [`${workDir.server.host}::`], { options: ['-v'] }),
  },
  {
    name: 'daemon-auth-over-shell',
    title: 'a wrong password for a module, over the shell (5)',
    group: 'daemon',
    directions: ['push'],
    shows: { codes: [5], client: /@ERROR: auth failed on module secret/ },
    endIsRace: true,
    run(workDir) {
      fewFiles(workDir.from);
      const env = { RSYNC_PASSWORD: 'wrong' };
      return overShell(
        workDir,
        ['-a', `${workDir.from}/`, `someone@${workDir.server.host}::secret/`],
        {
          env,
          options: ['-l', workDir.server.user],
        },
      );
    },
  },
  {
    name: 'daemon-auth-through-socket',
    title: 'a wrong password for a module, through the socket (5)',
    group: 'daemon',
    directions: both,
    shows: { codes: [5], client: /@ERROR: auth failed on module secret/ },
    endIsRace: true,
    run(workDir) {
      fewFiles(workDir.from);
      const env = { RSYNC_PASSWORD: 'wrong' };
      const module = 'rsync://someone@127.0.0.1/secret/';
      const words =
        workDir.direction === 'push' ? [`${workDir.from}/`, module] : [module, `${workDir.to}/`];
      return throughSocket(workDir, ['-a', ...words], { env });
    },
  },
  {
    name: 'daemon-gone',
    title: 'no daemon behind the port that ssh -W is to reach',
    group: 'daemon',
    directions: ['pull'],
    shows: { codes: [5, 10, 12], fd2: /open failed: connect failed: Connection refused/ },
    endIsRace: true,
    clientIsRace: true,
    run(workDir) {
      const connect = `${workDir.remoteShell(['-W', '127.0.0.1:1'])} ${workDir.server.host}`;
      const words = ['-a', 'rsync://127.0.0.1/open/', `${workDir.to}/`];
      return workDir.rsync(words, { env: { RSYNC_CONNECT_PROG: connect } });
    },
  },
];
