import { RsyncIoError } from '@rsync-io/aux-channel';
import { nameErrorClasses } from '@rsync-io/aux-channel/transport';

/**
 * The drain thread ended or stopped responding. Its children were killed and reaped, and their
 * descriptors closed; the next connection starts a new thread. `cause` is its error, if known.
 */
export class DrainThreadLostError extends RsyncIoError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      'ERR_DRAIN_THREAD_LOST',
      `The thread that served this connection was lost: ${reason}. ` +
        'Its child was killed. Connect again: a new thread is started.',
      options,
    );
  }
}

/**
 * The blocking transport cannot work: the platform is not supported, koffi is missing, or a bundler has
 * separated the package from its files. Nothing was spawned. The message explains how to fix it.
 */
export class WireUnavailableError extends RsyncIoError {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      'ERR_WIRE_UNAVAILABLE',
      `The blocking transport cannot work here: ${reason}. ` +
        'Or use the asynchronous one, @rsync-io/transport-async.',
      options,
    );
  }
}

nameErrorClasses({ DrainThreadLostError, WireUnavailableError });
