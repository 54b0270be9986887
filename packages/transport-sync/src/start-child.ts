import {
  type BackendUnavailableError,
  type SshCommand,
  stderrLineChannel,
  type StderrSnapshot,
  WARNING_QUEUE_CAPACITY,
} from '@rsync-io/aux-channel';
import {
  checkOptions,
  haveSpareDescriptors,
  spawnError,
  warnOfFallback,
} from '@rsync-io/aux-channel/transport';
import { revivedError } from './error-record.js';
import { WireUnavailableError } from './errors.js';
import { type DrainLink, drainLink, needsThread } from './link/drain-link.js';
import { queueCapacity, type SyncTransportOptions, syncTransportRules } from './options.js';
import type { FallbackRecord } from './protocol.js';
import { connectionSlots } from './slots.js';
import { SshChildHandle } from './ssh-child-handle.js';
import { BlockingWire } from './wire/blocking-wire.js';

/**
 * Descriptors that a thread takes for good or while it loads its modules; without them it dies, or
 * loads nothing (measured on Node 20, Linux: 4 and a few). A thread that lacks some cannot say so.
 */
const FOR_THREAD = 12;

export interface StartedChild {
  readonly child: SshChildHandle;
  readonly wire: BlockingWire;
  readonly backend: StderrSnapshot['backend'];
}

/** Makes the wire, has the drain thread spawn the child with it, and closes the child's ends. */
export function startChild(command: SshCommand, given: SyncTransportOptions): StartedChild {
  const options = checkOptions(given, syncTransportRules);
  const warnings = queueCapacity(options.warnings, WARNING_QUEUE_CAPACITY);
  const backends = options.backends.map(({ name, module }) => ({ name, module }));
  if (needsThread() && !haveSpareDescriptors(FOR_THREAD)) throw tooFewDescriptors(command);

  const slots = connectionSlots();
  const wire = openWire(command, slots);
  try {
    const link = openLink(command);
    const connection = link.nextConnection();
    const [childStdin, childStdout] = wire.childEnds;
    const publishesLines = stderrLineChannel.hasSubscribers;
    const { pid, backend, fallbacks } = link.request('spawn', connection, {
      order: {
        command: { ...command },
        childStdin,
        childStdout,
        parentStdout: wire.stdoutFd,
        slots,
        backends,
        forward: options.forward ?? {},
        warnings,
        surface: options.surface ?? 'unless-forwarded',
        publishLines: publishesLines,
      },
    });
    wire.closeChildEnds();
    tellFallbacks(fallbacks);
    const child = new SshChildHandle({
      command,
      pid,
      backend,
      link,
      connection,
      slots,
      wire,
      publishesLines,
    });
    return { child, wire, backend };
  } catch (error) {
    wire.close();
    throw error;
  }
}

function openWire(command: SshCommand, slots: ReturnType<typeof connectionSlots>): BlockingWire {
  try {
    return new BlockingWire(slots);
  } catch (error) {
    if (error instanceof WireUnavailableError) throw error;
    throw spawnError(command, error as Error);
  }
}

function openLink(command: SshCommand): DrainLink {
  try {
    return drainLink();
  } catch (cause) {
    // `new Worker` throws when the system has no thread left.
    const { message, code = 'ERR_WORKER_INIT_FAILED' } = cause as NodeJS.ErrnoException;
    const text = `the thread that serves it does not start (${message}).`;
    throw spawnError(command, Object.assign(new Error(text, { cause }), { code }));
  }
}

function tooFewDescriptors(command: SshCommand): Error {
  return spawnError(command, Object.assign(new Error('open: EMFILE'), { code: 'EMFILE' }));
}

function tellFallbacks(fallbacks: readonly FallbackRecord[]): void {
  for (const { fallback, error } of fallbacks) {
    warnOfFallback(revivedError(error) as BackendUnavailableError, fallback);
  }
}
