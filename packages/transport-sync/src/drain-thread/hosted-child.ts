import { constants as osConstants } from 'node:os';
import {
  configureStderrChannel,
  type ExitStatus,
  type StderrLine,
  type StderrSnapshot,
  WarningQueue,
} from '@rsync-io/aux-channel';
import {
  attachStderr,
  type Ending,
  spawnChild,
  SupervisedChild,
  type WireActivity,
} from '@rsync-io/aux-channel/transport';
import { packLines } from '../packed-lines.js';
import type { ConnectionOrder, FinalReport, LinesToPublish } from '../protocol.js';
import { ConnectionSlot, Exited, Failure, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';
import { LineBacklog } from './line-backlog.js';
import { backendIn } from './load-backend.js';

/** The process behind one connection, and the lines of its stderr that the main thread fetches. */
export class HostedChild {
  readonly child: SupervisedChild;
  readonly backend: StderrSnapshot['backend'];
  /** Resolves when its stderr is closed, which a process that lives on with it may put off. */
  readonly closed: Promise<void>;
  /** Whether its lines are to be kept for the main thread, which publishes them. */
  publishesLines: boolean;
  readonly #toPublish = new LineBacklog();
  readonly #lines: WarningQueue | null;
  readonly #slots: Slots;

  private constructor(
    order: ConnectionOrder,
    child: SupervisedChild,
    backend: StderrSnapshot['backend'],
    lines: WarningQueue | null,
    closed: Promise<void>,
  ) {
    this.child = child;
    this.backend = backend;
    this.closed = closed;
    this.publishesLines = order.publishLines;
    this.#lines = lines;
    this.#slots = order.slots;
  }

  /** @throws SpawnError (as rejection); nothing is left open then */
  static async start(order: ConnectionOrder): Promise<HostedChild> {
    const { command, childStdin, childStdout, forward, surface, warnings, slots } = order;
    const opened = await configureStderrChannel(order.backends.map(backendIn));
    const spawned = await spawnChild(command, [childStdin, childStdout], opened);
    const lines = warnings === null ? null : new WarningQueue({ capacity: warnings });
    let onClosed!: () => void;
    const closed = new Promise<void>((resolve) => (onClosed = resolve));
    const channel = await attachStderr(command, spawned, {
      forward,
      surface,
      label: command.label,
      onClosed,
      ...(lines !== null && { warnings: lines }),
    });
    const child = new SupervisedChild({
      command,
      child: spawned.child,
      channel,
      wire: wireActivity(order),
      onFailure: (ending) => storeFailure(slots, ending),
      onExit: (status) => storeExit(slots, status),
    });
    return new HostedChild(order, child, channel?.backend ?? 'inherit', lines, closed);
  }

  takeLines(): StderrLine[] {
    return this.#lines?.take() ?? [];
  }

  keepToPublish(line: StderrLine): void {
    if (this.publishesLines && this.#toPublish.push(line)) {
      Atomics.add(this.#slots, ConnectionSlot.linesToPublish, 1);
    }
  }

  takeLinesToPublish(): LinesToPublish {
    return this.#toPublish.take();
  }

  /** After the exit, and as soon as capture and forwarding are complete. */
  async wait(surface: boolean): Promise<FinalReport> {
    return this.#report(await this.child.complete(surface));
  }

  /** Ends and reaps the child; reports its failure if it ended by itself. */
  async dispose(): Promise<FinalReport> {
    return this.#report(await this.child.dispose());
  }

  #report(status: ExitStatus): FinalReport {
    return {
      status,
      snapshot: this.child.snapshot(),
      lines: packLines(this.takeLines()),
      toPublish: this.takeLinesToPublish(),
    };
  }
}

function wireActivity({ slots, parentStdout }: ConnectionOrder): WireActivity {
  const received = () => Atomics.load(slots, ConnectionSlot.received);
  const sent = () => Atomics.load(slots, ConnectionSlot.sent);
  return {
    // Bytes that the main thread has not come to read have arrived nevertheless.
    isConnected: () => received() !== 0 || wirePlatform().queuedBytes(parentStdout) > 0,
    progress: () => `${received()} ${sent()}`,
    hasEnded: () => false,
  };
}

function storeFailure(slots: Slots, { by }: Ending): void {
  const failure = by === 'connect-timeout' ? Failure.connectTimeout : Failure.ioTimeout;
  Atomics.store(slots, ConnectionSlot.failure, failure);
}

function storeExit(slots: Slots, { code, signal }: ExitStatus): void {
  const value = signal === null ? (code as number) : osConstants.signals[signal];
  Atomics.store(slots, ConnectionSlot.exitValue, value);
  Atomics.store(slots, ConnectionSlot.exited, signal === null ? Exited.withCode : Exited.bySignal);
  Atomics.notify(slots, ConnectionSlot.exited);
}
