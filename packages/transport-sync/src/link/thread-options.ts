import type { WorkerOptions } from 'node:worker_threads';

const CONDITION = /^(?:-C|--conditions)(?:=(.*))?$/;

/**
 * Returns the export conditions among Node's options. The thread receives no other options: preloads (`-r`,
 * `--import`, loaders) are part of the user's program and must not run there.
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

/** Calls `start` with the thread's `execArgv`, and without NODE_OPTIONS, which `Worker` would apply. */
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
