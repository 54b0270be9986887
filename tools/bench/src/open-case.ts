import { findPeers, type PeerName } from '@rsync-io/testkit';
import type { BenchCase, Sample } from './bench-case.ts';
import { floodFile, writerWords } from './probes/common/flood.ts';
import { type Programs, runProgram } from './programs.ts';
import * as remoteShell from './setups/remote-shell.ts';
import * as rsync from './setups/rsync.ts';

/** Resources for a setup. */
export interface Bench {
  /** Smaller sizes and fewer rounds, for a quick check. */
  readonly quick: boolean;
  /** Aborted by Ctrl-C. Everything that was started then ends. */
  readonly signal: AbortSignal;
  readonly programs: Programs;
  /** Called when the case has ended, the last one first. */
  readonly atEnd: (() => unknown)[];
}

/** One run of each contender, by id. */
export type Runs = Readonly<Record<string, () => Promise<Sample | Sample[]>>>;

/** A case cannot run here. The message states the reason. */
export class NotRunError extends Error {}

/** The sizes of the case, from `with`. */
export type Sizes = Readonly<Record<string, number>>;

/** How to run the contenders without a program of their own, by case. */
const setups: Readonly<Record<string, (bench: Bench, sizes: Sizes) => Runs | Promise<Runs>>> = {
  import: remoteShell.importing,
  memory: remoteShell.memory,
  start: remoteShell.start,
  rsync: rsync.push,
  'rsync-files': rsync.push,
};

/** Prepares the contenders. Rejects with a {@link NotRunError} if the machine lacks what they need. */
export async function openCase({ name, ...one }: BenchCase, bench: Bench): Promise<Runs> {
  const { programs, quick, signal } = bench;
  const missing = (one.needs ?? []).filter((need) => {
    if (need === 'linux') return process.platform !== 'linux';
    return need === 'cc' ? programs['c'] === null : findPeers()[need as PeerName] === null;
  });
  if (missing.length > 0) throw new NotRunError(`needs ${missing.join(' and ')}`);

  const pairs = Object.entries(one.with ?? {});
  const sizes = Object.fromEntries(pairs.map(([key, pair]) => [key, pair[quick ? 0 : 1]]));
  const own = (await setups[name]?.(bench, sizes as Sizes)) ?? {};
  const flood = { programs, mebibytes: 0, ...sizes };
  const expand = (word: string | object): string | readonly string[] => {
    if (typeof word === 'object') return JSON.stringify({ programs, ...sizes, ...word });
    if (word === '$c') return programs['c'] as string;
    if (word === '$writer') return writerWords(flood);
    if (word === '$file') return floodFile(flood);
    if (!word.startsWith('$')) return word;
    // `--expose-gc` is for probes that measure memory.
    return [process.execPath, '--expose-gc', programs[word.slice(1)] as string];
  };
  const runs = Object.entries(one.contenders).map(([id, [, ...template]]) => {
    const words = template.flatMap(expand);
    const run = async () => JSON.parse((await runProgram(words, signal)).stdout) as Sample;
    return [id, words.length === 0 ? own[id] : run];
  });
  return Object.fromEntries(runs) as Runs;
}
