/**
 * Node's own arguments for a thread: those of the process, export conditions and preloads among them,
 * but without `--input-type`. It belongs to a program given by `--eval` or stdin, and a thread that
 * runs a file refuses to start with it (ERR_INPUT_TYPE_NOT_ALLOWED).
 */
export function threadArguments(execArgv: readonly string[]): string[] {
  return execArgv.filter(
    (argument, i) =>
      !argument.startsWith('--input-type') && execArgv[i - 1] !== '--input-type',
  );
}
