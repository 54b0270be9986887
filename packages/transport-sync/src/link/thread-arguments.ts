/** Options of Node that take a value and that a thread may have: what it resolves and preloads. */
const FOR_THREADS =
  /^(?:-C|--conditions|-r|--require|--import|--loader|--experimental-loader)(?:=|$)/;

/**
 * The `execArgv` of a thread: `undefined`, so that it inherits those of the process, unless they hold
 * `--input-type`. That belongs to a program given by `--eval` or stdin, and a thread that runs a file
 * does not start with it (ERR_INPUT_TYPE_NOT_ALLOWED). Then only what a thread may be given is passed
 * on: Node checks explicit arguments, and refuses those of the process (ERR_WORKER_INVALID_EXEC_ARGV).
 */
export function threadArguments(execArgv: readonly string[]): string[] | undefined {
  if (!execArgv.some((argument) => argument.startsWith('--input-type'))) return undefined;
  return execArgv.filter((argument, i) => {
    const before = execArgv[i - 1] ?? '';
    const isValue = FOR_THREADS.test(before) && !before.includes('=');
    return isValue || FOR_THREADS.test(argument);
  });
}
