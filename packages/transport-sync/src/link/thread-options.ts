import type { WorkerOptions } from 'node:worker_threads';

const CONDITION = /^(?:-C|--conditions)(?:=(.*))?$/;

/**
 * Export conditions among Node's own options: the only ones that the drain thread takes over. A preload
 * (`-r`, `--import`, a loader) is a part of the user's program, and does not belong there.
 */
export function conditionArguments(execArgv: readonly string[], nodeOptions = ''): string[] {
  const words = [...execArgv, ...nodeOptions.split(/\s+/)];
  return words.flatMap((word, i) => {
    const match = CONDITION.exec(word);
    if (match === null) return [];
    const condition = match[1] ?? words[i + 1];
    return condition === undefined ? [] : [`--conditions=${condition}`];
  });
}

/**
 * Calls `start` with the `execArgv` of the thread. Meanwhile NODE_OPTIONS is out of the environment, where a
 * new Worker reads it in its constructor: its children see it again.
 */
export function withoutPreloads<T>(start: (options: WorkerOptions) => T): T {
  const { NODE_OPTIONS } = process.env;
  const execArgv = conditionArguments(process.execArgv, NODE_OPTIONS);
  delete process.env['NODE_OPTIONS'];
  try {
    return start({ execArgv });
  } finally {
    if (NODE_OPTIONS !== undefined) process.env['NODE_OPTIONS'] = NODE_OPTIONS;
  }
}
