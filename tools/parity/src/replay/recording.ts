import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '@rsync-io/kit/workspace';
import type { Row } from '../matrix/run-matrix.ts';
import type { Direction, Group } from '../matrix/scenario.ts';

/** What a remote shell wrote and how it exited in one row of a real run. */
export interface Recording {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly direction: Direction;
  /** ssh's exit code. */
  readonly code: number;
  /** Base64 of what it wrote to fd 2. */
  readonly stderr: string;
  /** How often `stderr` is written; a flood is recorded as its beginning. */
  readonly times: number;
}

const FILE = path.join(ROOT, 'tools/parity/fixtures/recordings.json');
/** Unit: bytes. */
const MAX_RECORDED = 131_072;

export const recordings = (): readonly Recording[] =>
  JSON.parse(readFileSync(FILE, 'utf8')) as Recording[];

/** Records a run of real programs, for systems without rsync and sshd. Returns the file. */
export function record(rows: readonly Row[]): string {
  const kept = rows.map(({ scenario, direction, cells }): Recording => {
    const [plain, ...others] = cells;
    const status = others.find(({ observation }) => observation?.transport)?.observation?.transport;
    if (!plain?.observation || !status) throw new Error(`${scenario.name} did not run`);
    const { fd2 } = plain.observation;
    const times = fd2.length <= MAX_RECORDED ? 1 : Math.ceil(fd2.length / MAX_RECORDED);
    return {
      ...scenario,
      direction,
      code: status.status.code ?? 255,
      stderr: (times === 1 ? fd2 : fd2.subarray(0, MAX_RECORDED / 64)).toString('base64'),
      times: times === 1 ? 1 : times * 64,
    };
  });
  writeFileSync(FILE, `${JSON.stringify(kept, null, 2)}\n`);
  return FILE;
}
