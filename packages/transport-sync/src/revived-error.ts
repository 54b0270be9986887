import {
  BackendUnavailableError,
  ConnectTimeoutError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
} from '@rsync-io/aux-channel';
import type { ErrorRecord } from './error-record.js';

const classes = new Map<string, { readonly prototype: Error }>(
  Object.entries({
    BackendUnavailableError,
    ConnectTimeoutError,
    IoTimeoutError,
    RsyncIoError,
    SpawnError,
    RangeError,
    TypeError,
  }),
);

/** Returns an error of the same class and properties. Only errors of rsync-io get the caller's stack. */
export function revivedError({ name, message, stack, fields, cause }: ErrorRecord): Error {
  const error = new Error(message, cause && { cause: revivedError(cause) });
  Object.setPrototypeOf(error, (classes.get(name) ?? Error).prototype);
  Object.assign(error, fields);
  if (error.name !== name) error.name = name;
  if (error instanceof RsyncIoError) Error.captureStackTrace(error, revivedError);
  else if (stack !== undefined) error.stack = stack;
  return error;
}
