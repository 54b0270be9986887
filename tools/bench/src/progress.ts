import { statusLine } from '@rsync-io/kit/terminal';
import type { Step } from './measure/run-case.ts';

export interface Progress {
  show(step: Step): void;
  /** Removes what {@link show} left behind. */
  clear(): void;
}

/** One line that is overwritten on a terminal; elsewhere a line for each case. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? overwriting(stream) : appending(stream);
}

function overwriting(stream: NodeJS.WriteStream): Progress {
  const { put, clear } = statusLine(stream);
  return {
    show: ({ benchCase, round, rounds, contender }) =>
      put(`${benchCase.name}: round ${round} of ${rounds}, ${contender} …`),
    clear,
  };
}

function appending(stream: NodeJS.WriteStream): Progress {
  let last: string | null = null;
  return {
    show({ benchCase, rounds }) {
      if (benchCase.name !== last) stream.write(`${benchCase.name}: ${rounds} rounds …\n`);
      last = benchCase.name;
    },
    clear() {},
  };
}
