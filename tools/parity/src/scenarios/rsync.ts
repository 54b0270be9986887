import { mkdirSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import path from 'node:path';
import { makeAwkwardTree } from '@rsync-io/testkit/lab';
import type { Scenario } from '../matrix/scenario.ts';
import { emptyFiles, fewFiles, slowFiles } from './trees.ts';
import type { WorkDir } from './work-dir.ts';

const both = ['push', 'pull'] as const;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Root may read everything; other users may not. */
const AS_NOBODY =
  process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups rsync' : 'rsync';

export const rsyncScenarios: readonly Scenario<WorkDir>[] = [
  {
    name: 'quiet-success',
    title: 'a tree of awkward names, and not a word',
    group: 'rsync',
    directions: both,
    shows: { codes: [0], fd2: /^$/, client: /^$/ },
    run(workDir) {
      makeAwkwardTree(workDir.from);
      return workDir.transfer(['-a']);
    },
  },
  {
    name: 'missing-source',
    title: 'a source that does not exist (23)',
    group: 'rsync',
    directions: both,
    shows: { codes: [23], client: /\(code 23\)/ },
    // In a pull, the other side's message may come after rsync has given up.
    clientIsRace: true,
    run: (workDir) => workDir.transfer(['-a'], { source: `${workDir.from}/missing` }),
  },
  {
    name: 'missing-source-told-there',
    title: 'the same, the other side telling it itself (--stderr=all)',
    group: 'rsync',
    directions: ['pull'],
    shows: { codes: [23], fd2: /\[sender\] .*missing.* failed: No such file or directory/ },
    run: (workDir) =>
      workDir.transfer(['-a', '--stderr=all'], { source: `${workDir.from}/missing` }),
  },
  {
    name: 'permission-denied',
    title: 'a file that the other side may not read, a folder that it may not write (23, 11)',
    group: 'rsync',
    directions: both,
    shows: { codes: [23, 11, 3], fd2: /Permission denied \(13\)/ },
    // rsync's temporary names.
    masks: [{ pattern: /(\/closed\/\.\w+\.)\w{6}"/g, by: '$1XXXXXX"' }],
    run(workDir) {
      fewFiles(workDir.from);
      writeFileSync(path.join(workDir.from, 'secret'), 'unreadable\n');
      if (workDir.direction === 'pull') chmodSync(path.join(workDir.from, 'secret'), 0);
      const target = path.join(workDir.folder, 'closed');
      mkdirSync(target, { mode: workDir.direction === 'push' ? 0o555 : 0o755 });
      for (const folder of [workDir.lab.folder, path.dirname(workDir.folder), workDir.folder]) {
        chmodSync(folder, 0o755);
      }
      return workDir.transfer(['-r', '--stderr=all', `--rsync-path=${AS_NOBODY}`], {
        target: `${target}/`,
      });
    },
  },
  {
    name: 'vanished',
    title: 'a file vanishes before its turn (24)',
    group: 'rsync',
    directions: both,
    shows: { codes: [24], client: /vanished/ },
    run(workDir) {
      slowFiles(workDir.from);
      const meanwhile = async () => {
        await pause(1_500);
        rmSync(path.join(workDir.from, 'z-last'));
      };
      return workDir.transfer(['-a', '--bwlimit=120'], { meanwhile });
    },
  },
  {
    name: 'max-delete',
    title: 'more to delete than is allowed (25)',
    group: 'rsync',
    directions: both,
    shows: { codes: [25], client: /--max-delete limit/ },
    run(workDir) {
      fewFiles(workDir.from);
      emptyFiles(workDir.to, ['x', 'y', 'z']);
      return workDir.transfer(['-a', '--delete', '--max-delete=1']);
    },
  },
  {
    name: 'io-timeout',
    title: 'the other side says nothing for too long (30)',
    group: 'rsync',
    directions: both,
    shows: { codes: [30], client: /timeout/i },
    endIsRace: true,
    run(workDir) {
      fewFiles(workDir.from);
      return workDir.transfer(['-a', '--timeout=1', '--rsync-path=sleep 3; rsync']);
    },
  },
  {
    name: 'told-by-both-sides',
    title: 'every message where it is made (--stderr=all -vv)',
    group: 'rsync',
    directions: both,
    shows: { codes: [0] },
    masks: [{ pattern: /^(sent|total size is) [^\n]*\n/gm, by: '' }],
    run(workDir) {
      fewFiles(workDir.from);
      return workDir.transfer(['-avv', '--stderr=all']);
    },
  },
];
