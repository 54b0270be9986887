import type { StderrBackendName } from './trait.js';

/** The base of every error that rsync-io raises on purpose. `code` is stable across releases. */
export class RsyncIoError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A backend cannot make a pair here and now; the next one in order is tried. */
export class BackendUnavailableError extends RsyncIoError {
  readonly backend: StderrBackendName;

  constructor(backend: StderrBackendName, reason: string, options?: ErrorOptions) {
    super('ERR_BACKEND_UNAVAILABLE', `The ${backend} backend is unavailable: ${reason}`, options);
    this.backend = backend;
  }
}

/** A host, user or port that must not reach a command line. Nothing was spawned. */
export class InvalidTargetError extends RsyncIoError {
  constructor(message: string) {
    super('ERR_INVALID_TARGET', message);
  }
}

/** The child could not be started. `code` is the system's: `ENOENT`, `EACCES`, `EMFILE`, `E2BIG`, … */
export class SpawnError extends RsyncIoError {
  readonly program: string;

  constructor(code: string, program: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.program = program;
  }
}

/** A call that the state of the transport does not allow, such as a second `split()`. */
export class TransportStateError extends RsyncIoError {
  constructor(message: string) {
    super('ERR_TRANSPORT_STATE', message);
  }
}

/** What an error of a watchdog carries besides its message. */
export interface WatchdogContext {
  /** The time that passed without progress. Unit: milliseconds. */
  readonly timeoutMs: number;
  /** The stderr captured until then. */
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

/** No byte moved in either direction for the I/O timeout. The child was killed. */
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
