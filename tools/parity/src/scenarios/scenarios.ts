import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeAwkwardTree } from '@rsync-io/testkit/lab';
import YAML from 'yaml';
import type { Mask, Scenario } from '../matrix/scenario.ts';
import { RUNS } from './runs.ts';
import type { WorkDir } from './work-dir.ts';

/** A scenario of `cases/transfers.yaml`: `rsync ARGS -e 'ssh SSH'` copies a folder. */
interface Transfer extends Pick<
  Scenario<never>,
  'name' | 'title' | 'group' | 'endIsRace' | 'clientIsRace'
> {
  /** @defaultValue both */
  readonly directions?: Scenario<never>['directions'];
  readonly shows: {
    readonly codes: readonly number[];
    readonly fd2?: string;
    readonly client?: string;
  };
  readonly masks?: 'verbose' | readonly { readonly pattern: string; readonly by: string }[];
  /** What the source contains. @defaultValue three small files */
  readonly files?: keyof typeof FILES;
  /** Copied instead of the whole source. */
  readonly source?: string;
  /** @defaultValue `-a` */
  readonly args?: readonly string[];
  /** Run by the remote shell in place of `rsync`. */
  readonly remote?: string;
  /** Options of ssh. */
  readonly ssh?: readonly string[];
  /** The server with a banner. */
  readonly server?: 'greeting';
}

const FILES = {
  few(folder: string) {
    for (const name of ['a', 'b', 'c'])
      writeFileSync(path.join(folder, name), `content of ${name}\n`);
  },
  awkward: (folder: string) => void makeAwkwardTree(folder),
  'awkward-large': (folder: string) => void makeAwkwardTree(folder, 8_388_608),
  /** A large file, which takes seconds at a limited rate, and then a small one. */
  slow(folder: string) {
    writeFileSync(path.join(folder, 'a-first'), Buffer.alloc(400_000, 'slow'));
    writeFileSync(path.join(folder, 'z-last'), 'z');
  },
};

/** What `ssh -v` prints differently each time. */
const VERBOSE_MASKS: readonly Mask[] = [
  { pattern: /\bport \d+\b/g, by: 'port N' },
  { pattern: /\bpid \d+\b/g, by: 'pid N' },
  { pattern: /^(Transferred|Bytes per second): [^\r\n]*/gm, by: '$1: N' },
  // The server's message about a closed channel may come after the end.
  { pattern: /^debug1: client_input_channel_req: [^\n]*\n/gm, by: '' },
];

/** The scenarios for real programs. */
export function readScenarios(): Scenario<WorkDir>[] {
  const file = path.join(import.meta.dirname, '../../cases/transfers.yaml');
  return (YAML.parse(readFileSync(file, 'utf8')) as Transfer[]).map(toScenario);
}

function toScenario(transfer: Transfer): Scenario<WorkDir> {
  const { shows, masks = [], files = 'few', directions = ['push', 'pull'] } = transfer;
  const { fd2, client } = shows;
  return {
    ...transfer,
    directions,
    shows: {
      codes: shows.codes,
      ...(fd2 !== undefined && { fd2: new RegExp(fd2) }),
      ...(client !== undefined && { client: new RegExp(client) }),
    },
    masks:
      masks === 'verbose'
        ? VERBOSE_MASKS
        : masks.map(({ pattern, by }) => ({ pattern: new RegExp(pattern, 'gm'), by })),
    run(workDir) {
      FILES[files](workDir.from);
      return (RUNS[transfer.name] ?? ordinaryRun(transfer))(workDir);
    },
  };
}

const ordinaryRun =
  ({ args = ['-a'], remote, ssh = [], source = '', server }: Transfer) =>
  (workDir: WorkDir) =>
    workDir.transfer([...args, ...(remote === undefined ? [] : [`--rsync-path=${remote}`])], {
      options: ssh,
      source: `${workDir.from}/${source}`,
      ...(server && { server: workDir.peers.greeting }),
    });
