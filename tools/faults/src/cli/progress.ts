import { oneLine } from '@rsync-io/command';
import type { CaseResult } from '../run/run-case.js';

export interface Progress {
  show(result: CaseResult): void;
  /** Removes what {@link show} left behind. */
  clear(): void;
}

const EVERY_CASES = 50;

/** One line that is overwritten on a terminal; elsewhere a line now and then, and for what is wrong. */
export function progressOn(stream: NodeJS.WriteStream, total: number): Progress {
  let done = 0;
  let wrong = 0;
  const count = ({ verdict }: CaseResult) => {
    done += 1;
    if (verdict.kind === 'wrong') wrong += 1;
    return `${done} of ${total}, ${wrong} wrong`;
  };
  if (stream.isTTY) {
    const { put, clear } = oneLine(stream);
    return { show: (result) => put(`${count(result)}: ${result.case.name}`), clear };
  }
  return {
    show(result) {
      const line = count(result);
      const isWrong = result.verdict.kind === 'wrong';
      if (isWrong || done % EVERY_CASES === 0) {
        stream.write(`${line}${isWrong ? `: ${result.case.name}` : ''}\n`);
      }
    },
    clear() {},
  };
}
