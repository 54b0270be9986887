import { BackendUnavailableError, RsyncIoError, SpawnError } from '@rsync-io/aux-channel';

/** An error on its way between threads: structured clone keeps neither class nor `code`. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly program: string | undefined;
  readonly backend: BackendUnavailableError['backend'] | undefined;
  readonly cause: ErrorRecord | undefined;
}

/** Never throws, whatever was thrown. */
export function recordError(thrown: unknown): ErrorRecord {
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as Error & {
    code?: unknown;
  };
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: typeof error.code === 'string' ? error.code : undefined,
    program: error instanceof SpawnError ? error.program : undefined,
    backend: error instanceof BackendUnavailableError ? error.backend : undefined,
    cause: error.cause instanceof Error ? recordError(error.cause) : undefined,
  };
}

/** The same class, code and message; the stack is that of the caller who gets it thrown. */
export function revivedError(record: ErrorRecord): Error {
  const { name, message, code, program, backend } = record;
  const cause = record.cause === undefined ? undefined : revivedError(record.cause);
  if (program !== undefined) {
    return new SpawnError(code ?? 'ERR_SPAWN', program, message, { cause });
  }
  if (backend !== undefined) {
    const reason = message.replace(`The ${backend} backend is unavailable: `, '');
    return new BackendUnavailableError(backend, reason, { cause });
  }
  if (name === 'RsyncIoError')
    return new RsyncIoError(code ?? 'ERR_DRAIN_THREAD', message, { cause });
  const ErrorClass = name === 'TypeError' ? TypeError : name === 'RangeError' ? RangeError : Error;
  const error = new ErrorClass(message, { cause });
  if (record.stack !== undefined) error.stack = record.stack;
  if (error.name !== name) error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}
