import { makeAwkwardTree } from '@rsync-io/testkit/lab';
import type { Scenario } from '../matrix/scenario.ts';
import { fewFiles } from './trees.ts';
import type { WorkDir } from './work-dir.ts';

const both = ['push', 'pull'] as const;

/** The remote side writes to stderr and then does its work. */
const writing = (
  name: string,
  title: string,
  command: string,
  shows: Partial<Scenario<WorkDir>['shows']>,
): Scenario<WorkDir> => ({
  name,
  title,
  group: 'stderr',
  directions: both,
  shows: { codes: [0], ...shows },
  run(workDir) {
    fewFiles(workDir.from);
    return workDir.transfer(['-a', `--rsync-path=${command}; rsync`]);
  },
});

export const stderrScenarios: readonly Scenario<WorkDir>[] = [
  {
    name: 'not-utf8',
    title: 'file names and words in Latin-1',
    group: 'stderr',
    directions: both,
    shows: { codes: [0] },
    run(workDir) {
      makeAwkwardTree(workDir.from);
      const say = String.raw`printf "caf\351 \377\376 \200\n" >&2`;
      return workDir.transfer(['-a', `--rsync-path=${say}; rsync`]);
    },
  },
  writing('no-newline', 'a last line without an end', 'printf "no newline" >&2', {
    fd2: /^no newline$/,
  }),
  writing(
    'terminal-escapes',
    'bytes that a terminal would obey',
    String.raw`printf "\033]0;title\007\033[2J\033]52;c;eA==\007\233\000 text\n" >&2`,
    { fd2: / text\n$/ },
  ),
  writing(
    'window-exactly',
    'as many bytes as the window holds',
    'head -c 65536 /dev/zero | tr "\\0" w >&2',
    { fd2: /^w{65536}$/ },
  ),
  writing(
    'flood',
    '20 MiB of stderr before the first byte of the protocol',
    'seq -f "line %012.0f of a flood, padded to eighty bytes ......................." 262144 >&2',
    { fd2: /line 000000262144 of a flood/ },
  ),
  {
    name: 'flood-beside-the-wire',
    title: 'stderr and the wire busy at once',
    group: 'stderr',
    directions: both,
    shows: { codes: [0], fd2: /beside 20000\n$/ },
    run(workDir) {
      makeAwkwardTree(workDir.from, 8_388_608);
      // The flood ends before the shell does; rsync works beside it.
      const command = 'seq -f "beside %.0f" 20000 >&2 & p=$!; trap "wait $p" EXIT; rsync';
      return workDir.transfer(['-a', `--rsync-path=${command}`]);
    },
  },
];
