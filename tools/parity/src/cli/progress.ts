import { styleText } from 'node:util';
import { oneLine } from '@rsync-io/command';
import type { CellResult } from '../matrix/run-matrix.js';

export interface Progress {
  cell(done: number, all: number, row: string, result: CellResult): void;
  /** Removes the line that is overwritten. */
  clear(): void;
}

/** A line that is overwritten on a terminal, one for every twentieth of the matrix elsewhere; and each difference. */
export function progressOn(stream: NodeJS.WriteStream, color: boolean): Progress {
  let lastTwentieth = 0;
  const { put, clear } = oneLine(stream);
  return {
    clear,
    cell(done, all, row, { carrier, differences }) {
      clear();
      if (differences.length > 0) {
        const headline = `≠ ${row}, ${carrier.id}`;
        stream.write(`${color ? styleText('red', headline) : headline}\n`);
        for (const { aspect, expected, got } of differences) {
          stream.write(`    ${aspect}: expected ${shown(expected)}\n`);
          stream.write(`    ${' '.repeat(aspect.length)}       got ${shown(got)}\n`);
        }
      }
      put(`${done} of ${all} cells: ${row}, ${carrier.id}`);
      const twentieth = Math.floor((done / all) * 20);
      if (!stream.isTTY && twentieth > lastTwentieth) stream.write(`${done} of ${all} cells\n`);
      lastTwentieth = twentieth;
    },
  };
}

/** What a remote side wrote, safe to print. */
const shown = (text: string) => JSON.stringify(text);
