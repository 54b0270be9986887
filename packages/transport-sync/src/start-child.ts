import {
  type BackendUnavailableError,
  type SshCommand,
  TransportStateError,
  WARNING_QUEUE_CAPACITY,
} from '@rsync-io/aux-channel';
import {
  checkOptions,
  haveSpareDescriptors,
  spawnError,
  tooFewDescriptors,
  warnOfFallback,
} from '@rsync-io/aux-channel/transport';
import { WireUnavailableError } from './errors.js';
import { type DrainLink, drainLink, needsThread } from './link/drain-link.js';
import { requireOwnModules, threadFile } from './link/thread-file.js';
import { queueCapacity, type SyncTransportOptions, syncTransportRules } from './options.js';
import type { BackendModule } from './protocol.js';
import { revivedError } from './revived-error.js';
import { connectionSlots, type Slots } from './slots.js';
import { SshChildHandle } from './ssh-child-handle.js';
import { BlockingWire } from './wire/blocking-wire.js';

/**
 * Number of descriptors that a new thread needs, including those to load its modules (measured on Node 20,
 * Linux). Without them it ends and cannot report why.
 */
const FOR_THREAD = 12;

export function startChild(command: SshCommand, given: SyncTransportOptions) {
  const options = checkOptions(given, syncTransportRules);
  const capacity = queueCapacity(options);
  const backends = options.backends.map(({ name, module }) => ({ name, module }));
  requireOwnModules(backends);
  if (isExiting()) {
    throw new TransportStateError('The process is exiting: nothing would end a child of it.');
  }
  if (needsThread()) {
    if (!haveSpareDescriptors(FOR_THREAD)) throw tooFewDescriptors(command);
    // Before koffi is loaded: in a bundle both are missing, and only this error names the cause.
    threadFile();
  }

  const slots = connectionSlots();
  const wire = openWire(command, slots);
  const link = openLink(command, backends, wire);
  const { childStdin, childStdout, stdout: parentStdout } = wire.ends;
  const child = new SshChildHandle(link.connection(slots), command.label, wire, capacity ?? 0);
  const { backend, fallbacks } = child.spawn({
    command: { ...command },
    childStdin,
    childStdout,
    parentStdout,
    slots,
    backends,
    forward: options.forward ?? {},
    lineCapacity: capacity ?? WARNING_QUEUE_CAPACITY,
    keepLines: capacity !== null,
    surface: options.surface ?? 'unless-forwarded',
  });
  for (const { fallback, error } of fallbacks) {
    warnOfFallback(revivedError(error) as BackendUnavailableError, fallback);
  }
  return { child, wire, backend };
}

/** Whether `exit` listeners are running. The property is undocumented but has long been part of Node. */
const isExiting = () => (process as { _exiting?: boolean })._exiting === true;

function openWire(command: SshCommand, slots: Slots): BlockingWire {
  try {
    return new BlockingWire(slots);
  } catch (error) {
    if (error instanceof WireUnavailableError) throw error;
    throw spawnError(command, error as Error);
  }
}

function openLink(
  command: SshCommand,
  backends: readonly BackendModule[],
  wire: BlockingWire,
): DrainLink {
  try {
    return drainLink(backends.map(({ module }) => module));
  } catch (cause) {
    wire.close();
    if (cause instanceof WireUnavailableError) throw cause;
    // `new Worker` throws if the system cannot create a thread.
    const { message, code = 'ERR_WORKER_INIT_FAILED' } = cause as NodeJS.ErrnoException;
    const text = `the thread that serves it does not start (${message}).`;
    throw spawnError(command, Object.assign(new Error(text, { cause }), { code }));
  }
}
