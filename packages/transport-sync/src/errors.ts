import { RsyncIoError } from '@rsync-io/aux-channel';
import { nameErrorClass } from '@rsync-io/aux-channel/transport';

/**
 * The drain thread died or stopped answering. Its children were killed and reaped, and their
 * descriptors closed; the next connection starts a new thread. `cause` is what ended the thread,
 * where it could be told.
 */
export class DrainThreadLostError extends RsyncIoError {
  static {
    nameErrorClass(this, 'DrainThreadLostError');
  }

  constructor(reason: string, options?: ErrorOptions) {
    super(
      'ERR_DRAIN_THREAD_LOST',
      `The thread that served this connection was lost: ${reason}. ` +
        'Its child was killed. Connect again: a new thread is started.',
      options,
    );
  }
}

/** This platform, or a missing native part, allows no blocking wire. Nothing was spawned. */
export class WireUnavailableError extends RsyncIoError {
  static {
    nameErrorClass(this, 'WireUnavailableError');
  }

  constructor(reason: string, options?: ErrorOptions) {
    super(
      'ERR_WIRE_UNAVAILABLE',
      `The blocking transport cannot work here: ${reason}. Use @rsync-io/transport-async instead.`,
      options,
    );
  }
}
