import { constants as osConstants } from 'node:os';
import {
  configureStderrChannel,
  type ExitStatus,
  type StderrAuxChannel,
  type StderrSnapshot,
} from '@rsync-io/aux-channel';
import {
  attachStderr,
  type Ending as ChildEnding,
  endingByWaitTimeout,
  failsWait,
  spawnChild,
  SupervisedChild,
} from '@rsync-io/aux-channel/transport';
import { recordError } from '../error-record.js';
import type { EndingRecord, FinalReport, SpawnRequest } from '../protocol.js';
import { ConnectionSlot, Ending, Exited, hasExited, type Slots } from '../slots.js';
import { LineQueue } from './line-queue.js';
import { backendIn } from './load-backend.js';
import { wireActivity } from './wire-activity.js';

/** The process behind one connection, and the lines of its stderr that the main thread fetches. */
export class HostedChild {
  private constructor(
    private readonly request: SpawnRequest,
    readonly process: SupervisedChild,
    private readonly channel: StderrAuxChannel<Promise<void>> | null,
    readonly lines: LineQueue,
    /** Resolves when its stderr is closed. A process that inherited it can delay that. */
    readonly closed: Promise<void>,
  ) {}

  /** @throws SpawnError (as rejection); nothing is left open then */
  static async start(request: SpawnRequest): Promise<HostedChild> {
    const { command, childStdin, childStdout, forward, surface, slots } = request;
    const endpoint = await configureStderrChannel(request.backends.map(backendIn));
    const spawned = await spawnChild(command, [childStdin, childStdout], endpoint);
    // If this thread is lost, the main thread ends the child.
    Atomics.store(slots, ConnectionSlot.pid, spawned.child.pid as number);
    const lines = new LineQueue(request);
    let onClosed!: () => void;
    const closed = new Promise<void>((resolve) => (onClosed = resolve));
    const options = { forward, surface, label: command.label, onClosed, warnings: lines };
    const channel = await attachStderr(command, spawned, options);
    const child = new SupervisedChild({
      command,
      child: spawned.child,
      channel,
      wire: wireActivity(request),
      onFailure: (ending) => storeEnding(slots, ending),
      onExit: (status) => storeExit(slots, status),
    });
    return new HostedChild(request, child, channel, lines, closed);
  }

  get backend(): StderrSnapshot['backend'] {
    return this.channel?.backend ?? 'inherit';
  }

  get ending(): EndingRecord | null {
    const { ending } = this.process;
    return ending && { reason: recordError(ending.reason), failsWait: failsWait(ending) };
  }

  releaseStderr(): void {
    if (hasExited(this.request.slots)) this.channel?.shutdownRead();
  }

  kill(signal: NodeJS.Signals): boolean {
    const sent = this.process.kill(signal);
    storeEnding(this.request.slots, this.process.ending);
    return sent;
  }

  /** Resolves after the exit, when capture and forwarding are complete. */
  async wait(surface: boolean, timeoutMs: number | null): Promise<FinalReport> {
    const { label } = this.request.command;
    const giveUp = (ms: number) => {
      this.process.end(endingByWaitTimeout(label, ms));
      storeEnding(this.request.slots, this.process.ending);
    };
    const timer = timeoutMs === null ? undefined : setTimeout(giveUp, timeoutMs, timeoutMs);
    void this.process.exited.then(() => clearTimeout(timer));
    return this.#report(await this.process.complete(surface));
  }

  async dispose(): Promise<FinalReport> {
    return this.#report(await this.process.dispose());
  }

  #report(status: ExitStatus): FinalReport {
    const { ending } = this;
    return { status, snapshot: this.process.snapshot(), queued: this.lines.takeAll(), ending };
  }
}

function storeEnding(slots: Slots, ending: ChildEnding | null): void {
  if (ending === null) return;
  const value = failsWait(ending) ? Ending.failure : Ending.quiet;
  Atomics.store(slots, ConnectionSlot.ending, value);
}

function storeExit(slots: Slots, { code, signal }: ExitStatus): void {
  const value = signal === null ? (code as number) : osConstants.signals[signal];
  Atomics.store(slots, ConnectionSlot.exitValue, value);
  Atomics.store(slots, ConnectionSlot.exited, signal === null ? Exited.withCode : Exited.bySignal);
  Atomics.notify(slots, ConnectionSlot.exited);
}
