import type { ChildProcess } from 'node:child_process';
import { constants as osConstants } from 'node:os';
import {
  configureStderrChannel,
  type ExitStatus,
  KILL_GRACE_MS,
  type StderrAuxChannel,
  type StderrLine,
  type StderrSnapshot,
  WarningQueue,
} from '@rsync-io/aux-channel';
import {
  attachStderr,
  childExitStatus,
  Deadline,
  inheritedSnapshot,
  killChild,
  spawnChild,
  Watchdog,
} from '@rsync-io/aux-channel/transport';
import { packLines } from '../packed-lines.js';
import type { ConnectionOrder, FinalReport, LinesToPublish } from '../protocol.js';
import { ConnectionSlot, Exited, Failure, type Slots } from '../slots.js';
import { wirePlatform } from '../wire/platform.js';
import { LineBacklog } from './line-backlog.js';
import { backendIn } from './load-backend.js';

/** The process behind one connection: its stderr, its end, and the watchdogs. */
export class HostedChild {
  readonly pid: number;
  /** Resolves when its stderr is closed, which a process that lives on with it may put off. */
  readonly closed: Promise<void>;
  /** Whether its lines are to be kept for the main thread, which publishes them. */
  publishesLines: boolean;
  readonly #toPublish = new LineBacklog();
  readonly #child: ChildProcess;
  readonly #channel: StderrAuxChannel<Promise<void>> | null;
  readonly #lines: WarningQueue | null;
  readonly #slots: Slots;
  readonly #exit: Promise<ExitStatus>;
  #status: ExitStatus | null = null;
  /** Whether the main thread has had the status: then a failure is no news at disposal. */
  #told = false;
  #killTimer: NodeJS.Timeout | undefined;
  #connectWatchdog: Deadline | null = null;
  #ioWatchdog: Watchdog | null = null;

  private constructor(
    order: ConnectionOrder,
    child: ChildProcess,
    channel: StderrAuxChannel<Promise<void>> | null,
    lines: WarningQueue | null,
    closed: Promise<void>,
  ) {
    this.pid = child.pid as number;
    this.closed = closed;
    this.publishesLines = order.publishLines;
    this.#child = child;
    this.#channel = channel;
    this.#lines = lines;
    this.#slots = order.slots;
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(this.#onExit(code, signal)));
    });
    this.#startWatchdogs(order);
  }

  /** @throws SpawnError (as rejection); nothing is left open then */
  static async start(order: ConnectionOrder): Promise<HostedChild> {
    const { command, childStdin, childStdout, forward, surface, warnings } = order;
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
    return new HostedChild(order, spawned.child, channel, lines, closed);
  }

  get backend(): StderrSnapshot['backend'] {
    return this.#channel?.backend ?? 'inherit';
  }

  snapshot(): StderrSnapshot {
    return this.#channel?.snapshot() ?? inheritedSnapshot();
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

  cancelConnectWatchdog(): void {
    this.#connectWatchdog?.cancel();
    this.#connectWatchdog = null;
  }

  /** Returns `false` when there was no process to send it to. */
  kill(signal: NodeJS.Signals): boolean {
    return this.#status === null && killChild(this.#child, signal);
  }

  /** After the exit, and as soon as capture and forwarding are complete. */
  async wait(surface: boolean): Promise<FinalReport> {
    const status = await this.#exit;
    this.#told = true;
    if (surface) await this.#channel?.joinAndSurfaceOnError(status);
    else await this.#channel?.join();
    return this.#report(status);
  }

  /** Ends and reaps the child; reports its failure if it ended by itself. */
  async dispose(): Promise<FinalReport> {
    const failedByItself = this.#status !== null && this.#failure === Failure.none;
    if (this.#status === null) this.#terminate();
    const status = await this.#exit;
    if (failedByItself && !this.#told) await this.#channel?.joinAndSurfaceOnError(status);
    else await this.#channel?.join();
    this.#channel?.shutdownRead();
    return this.#report(status);
  }

  get #failure(): number {
    return Atomics.load(this.#slots, ConnectionSlot.failure);
  }

  #report(status: ExitStatus): FinalReport {
    return {
      status,
      snapshot: this.snapshot(),
      lines: packLines(this.takeLines()),
      toPublish: this.takeLinesToPublish(),
    };
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
    const status = childExitStatus(this.#child, code, signal);
    this.#status = status;
    clearTimeout(this.#killTimer);
    this.cancelConnectWatchdog();
    this.#ioWatchdog?.cancel();
    const value = signal === null ? (code as number) : osConstants.signals[signal];
    Atomics.store(this.#slots, ConnectionSlot.exitValue, value);
    const how = signal === null ? Exited.withCode : Exited.bySignal;
    Atomics.store(this.#slots, ConnectionSlot.exited, how);
    Atomics.notify(this.#slots, ConnectionSlot.exited);
    return status;
  }

  #startWatchdogs({ command, parentStdout }: ConnectionOrder): void {
    const { connectTimeoutMs, ioTimeoutMs } = command;
    const received = () => Atomics.load(this.#slots, ConnectionSlot.received);
    const sent = () => Atomics.load(this.#slots, ConnectionSlot.sent);
    if (connectTimeoutMs !== null) {
      this.#connectWatchdog = new Deadline(connectTimeoutMs, () => {
        // Bytes that the main thread has not come to read have arrived nevertheless.
        if (received() !== 0 || wirePlatform().queuedBytes(parentStdout) > 0) return;
        this.#fail(Failure.connectTimeout);
      });
    }
    if (ioTimeoutMs !== null) {
      this.#ioWatchdog = new Watchdog(
        ioTimeoutMs,
        () => `${received()} ${sent()}`,
        () => this.#fail(Failure.ioTimeout),
      );
    }
  }

  #fail(failure: number): void {
    if (this.#status !== null || this.#failure !== Failure.none) return;
    Atomics.store(this.#slots, ConnectionSlot.failure, failure);
    this.#terminate();
  }

  #terminate(): void {
    killChild(this.#child, 'SIGTERM');
    this.#killTimer ??= setTimeout(() => killChild(this.#child, 'SIGKILL'), KILL_GRACE_MS);
  }
}
