import type { RunOptions } from '@rsync-io/testkit/lab';
import type { ClientRun, Scenario } from '../matrix/scenario.js';
import type { Stage } from './stage.js';
import { fewFiles } from './trees.js';
import { VERBOSE_MASKS } from './verbose-masks.js';

const both = ['push', 'pull'] as const;

/** `host::module`: a daemon that ssh starts for this one transfer. */
function overShell(
  stage: Stage,
  words: readonly string[],
  run: RunOptions & { options?: readonly string[] } = {},
): Promise<ClientRun> {
  const path = `--rsync-path=rsync --config=${stage.peers.daemon.configFile}`;
  const { options = [], ...rest } = run;
  return stage.rsync(['-e', stage.remoteShell(options), path, ...words], rest);
}

/** `rsync://`: the running daemon's socket, reached through ssh's `-W`. */
function throughSocket(
  stage: Stage,
  words: readonly string[],
  { env }: RunOptions = {},
): Promise<ClientRun> {
  const host = `127.0.0.1:${stage.peers.daemon.port}`;
  const connect = `${stage.remoteShell(['-W', host])} ${stage.server.host}`;
  return stage.rsync(words, { env: { ...env, RSYNC_CONNECT_PROG: connect } });
}

/** A folder of the cell as the module `open` has it. */
const inModule = (stage: Stage, folder: string) => `open${folder.slice(stage.lab.folder.length)}/`;

const ends = (stage: Stage, prefix: string) =>
  stage.direction === 'push'
    ? [`${stage.from}/`, `${prefix}${inModule(stage, stage.to)}`]
    : [`${prefix}${inModule(stage, stage.from)}`, `${stage.to}/`];

export const daemonScenarios: readonly Scenario<Stage>[] = [
  {
    name: 'daemon-over-shell',
    title: 'a module of a daemon that the remote shell starts',
    group: 'daemon',
    directions: both,
    shows: { codes: [0] },
    run(stage) {
      fewFiles(stage.from);
      return overShell(stage, ['-a', ...ends(stage, `${stage.server.host}::`)]);
    },
  },
  {
    name: 'daemon-through-socket',
    title: "a running daemon's socket, through ssh -W",
    group: 'daemon',
    directions: both,
    shows: { codes: [0] },
    run(stage) {
      fewFiles(stage.from);
      return throughSocket(stage, ['-a', ...ends(stage, 'rsync://127.0.0.1/')]);
    },
  },
  {
    name: 'daemon-module-list',
    title: 'the list of modules, over a shell that is verbose',
    group: 'daemon',
    directions: ['pull'],
    shows: { codes: [0], fd2: /Authenticated to/ },
    masks: VERBOSE_MASKS,
    run: (stage) => overShell(stage, [`${stage.server.host}::`], { options: ['-v'] }),
  },
  {
    name: 'daemon-auth-over-shell',
    title: 'a wrong password for a module, over the shell (5)',
    group: 'daemon',
    directions: ['push'],
    shows: { codes: [5], client: /@ERROR: auth failed on module secret/ },
    endIsRace: true,
    run(stage) {
      fewFiles(stage.from);
      const env = { RSYNC_PASSWORD: 'wrong' };
      return overShell(stage, ['-a', `${stage.from}/`, `someone@${stage.server.host}::secret/`], {
        env,
        options: ['-l', stage.server.user],
      });
    },
  },
  {
    name: 'daemon-auth-through-socket',
    title: 'a wrong password for a module, through the socket (5)',
    group: 'daemon',
    directions: both,
    shows: { codes: [5], client: /@ERROR: auth failed on module secret/ },
    endIsRace: true,
    run(stage) {
      fewFiles(stage.from);
      const env = { RSYNC_PASSWORD: 'wrong' };
      const module = 'rsync://someone@127.0.0.1/secret/';
      const words =
        stage.direction === 'push' ? [`${stage.from}/`, module] : [module, `${stage.to}/`];
      return throughSocket(stage, ['-a', ...words], { env });
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
    run(stage) {
      const connect = `${stage.remoteShell(['-W', '127.0.0.1:1'])} ${stage.server.host}`;
      const words = ['-a', 'rsync://127.0.0.1/open/', `${stage.to}/`];
      return stage.rsync(words, { env: { RSYNC_CONNECT_PROG: connect } });
    },
  },
];
