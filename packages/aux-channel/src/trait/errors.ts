import { isInstance, nameErrorClasses } from './error-classes.js';
import type { StderrBackendName } from './trait.js';

/**
 * The base class of the errors of rsync-io. `code` is stable across releases: use it to tell errors
 * apart. `instanceof` also recognizes errors of another copy of this package.
 */
export class RsyncIoError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same attempt may succeed later. `true` for the timeouts of the watchdogs. */
  get retryable(): boolean {
    return false;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isInstance(this, value);
  }
}

/** An option has a value or a name that is not allowed. Nothing was spawned. */
export class InvalidOptionError extends RsyncIoError {
  /** The path of the option, for example `forward.policy`. */
  readonly option: string;

  constructor(option: string, message: string) {
    super('ERR_INVALID_OPTION', message);
    this.option = option;
  }
}

/** A backend cannot open a pair; the next one in the list is tried. */
export class BackendUnavailableError extends RsyncIoError {
  readonly backend: StderrBackendName;

  constructor(backend: StderrBackendName, reason: string, options?: ErrorOptions) {
    super('ERR_BACKEND_UNAVAILABLE', `The ${backend} backend is unavailable: ${reason}`, options);
    this.backend = backend;
  }
}

/** The host or user of a target, or a URI, is invalid. Nothing was spawned. */
export class InvalidTargetError extends RsyncIoError {
  constructor(message: string) {
    super('ERR_INVALID_TARGET', message);
  }
}

/** The child could not be started. `code` is the system's error code: `ENOENT`, `EACCES`, `EMFILE`, `E2BIG`, … */
export class SpawnError extends RsyncIoError {
  readonly program: string;

  constructor(code: string, program: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.program = program;
  }
}

/** The state of the transport does not allow the call, for example a second `split()`. */
export class TransportStateError extends RsyncIoError {
  constructor(message: string) {
    super('ERR_TRANSPORT_STATE', message);
  }
}

/** Additional fields of the errors of watchdogs. */
export interface WatchdogContext {
  /** The time without progress. Unit: milliseconds. */
  readonly timeoutMs: number;
  readonly stderr: Uint8Array;
}

abstract class WatchdogError extends RsyncIoError implements WatchdogContext {
  readonly timeoutMs: number;
  readonly stderr: Uint8Array;

  constructor(code: string, message: string, context: WatchdogContext) {
    super(code, message);
    this.timeoutMs = context.timeoutMs;
    this.stderr = context.stderr;
  }

  override get retryable(): boolean {
    return true;
  }
}

/** The remote side sent nothing within the connect timeout. The child was killed. */
export class ConnectTimeoutError extends WatchdogError {
  constructor(label: string, context: WatchdogContext) {
    super(
      'ERR_CONNECT_TIMEOUT',
      `${label}: nothing arrived within ${context.timeoutMs} ms of connecting. ` +
        'Check that the host answers, or raise connectTimeoutMs.',
      context,
    );
  }
}

/** No byte was transferred in either direction within the I/O timeout. The child was killed. */
export class IoTimeoutError extends WatchdogError {
  constructor(label: string, context: WatchdogContext) {
    super(
      'ERR_IO_TIMEOUT',
      `${label}: no byte moved in either direction for ${context.timeoutMs} ms. ` +
        'Check the connection, or raise ioTimeoutMs.',
      context,
    );
  }
}

nameErrorClasses({
  RsyncIoError,
  InvalidOptionError,
  BackendUnavailableError,
  InvalidTargetError,
  SpawnError,
  TransportStateError,
  ConnectTimeoutError,
  IoTimeoutError,
});
