import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Row } from '../matrix/run-matrix.js';
import type { Direction, Group } from '../matrix/scenario.js';

/** What a remote shell said and how it ended in one row of a real run; enough to play it again. */
export interface Recording {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly direction: Direction;
  /** ssh's exit code. */
  readonly code: number;
  /** Base64 of what it wrote to fd 2. */
  readonly stderr: string;
  /** A flood is kept as its beginning, and how often that has to be written. */
  readonly times: number;
}

const FILE = fileURLToPath(new URL('../fixtures/recordings.json', import.meta.url));
const LONGEST_KEPT = 131_072;

export const recordings = (): readonly Recording[] =>
  JSON.parse(readFileSync(FILE, 'utf8')) as Recording[];

/** Keeps a real matrix for those who have neither rsync nor sshd. Returns the file. */
export function record(rows: readonly Row[]): string {
  const kept = rows.map(({ scenario, direction, cells }): Recording => {
    const [plain, ...others] = cells;
    const status = others.find(({ observation }) => observation?.carried)?.observation?.carried;
    if (!plain?.observation || !status) throw new Error(`${scenario.name} did not run`);
    const { fd2 } = plain.observation;
    const times = fd2.length <= LONGEST_KEPT ? 1 : Math.ceil(fd2.length / LONGEST_KEPT);
    return {
      ...scenario,
      direction,
      code: status.status.code ?? 255,
      stderr: (times === 1 ? fd2 : fd2.subarray(0, LONGEST_KEPT / 64)).toString('base64'),
      times: times === 1 ? 1 : times * 64,
    };
  });
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  return FILE;
}
