import type { ChildProcess } from 'node:child_process';
import type { SshCommand } from '../command/ssh-command.js';
import { exitChannel } from '../trait/diagnostics.js';
import { ConnectTimeoutError, IoTimeoutError } from '../trait/errors.js';
import type { ExitStatus } from '../trait/exit-status.js';
import type { StderrAuxChannel, StderrSnapshot } from '../trait/trait.js';
import { type Ending, endingByDisposal, endingByKill, failsWait } from './ending.js';
import { childExitStatus, killChild } from './kill-child.js';
import { KILL_GRACE_MS } from './spawn-child.js';
import { Watchdog } from './watchdog.js';

/** The state of a wire that the watchdogs observe. */
export interface WireActivity {
  /** Whether the peer has shown that the connection works. */
  isConnected(): boolean;
  /** Changes whenever a byte is transferred, and while the peer waits for the caller. */
  progress(): string | number;
  /** Whether stdout has ended. The I/O watchdog then no longer applies. */
  hasEnded(): boolean;
}

/** The parts of a {@link SupervisedChild}. */
interface SupervisedChildParts {
  readonly command: Pick<SshCommand, 'label' | 'connectTimeoutMs' | 'ioTimeoutMs'>;
  readonly child: ChildProcess;
  /** `null` if the child inherits this process's fd 2. */
  readonly channel: StderrAuxChannel<Promise<void>> | null;
  /** `null` if the child inherits fd 0 and 1 of this process; both watchdogs are then off. */
  readonly wire: WireActivity | null;
  /** Called before the first signal of a watchdog or an abort is sent. */
  readonly onFailure?: (ending: Ending) => void;
  /** Called in the same turn as the exit, before {@link SupervisedChild.exited} resolves. */
  readonly onExit?: (status: ExitStatus) => void;
}

/** The process behind a connection of either transport: its stderr, watchdogs, signals and exit. */
export class SupervisedChild {
  readonly pid: number;
  /** Resolves at the exit. Never rejects. */
  readonly exited: Promise<ExitStatus>;
  readonly #parts: SupervisedChildParts;
  #status: ExitStatus | null = null;
  #ending: Ending | null = null;
  #reported = false;
  #killTimer: NodeJS.Timeout | undefined;
  #connectWatchdog: Watchdog | null = null;
  #ioWatchdog: Watchdog | null = null;

  constructor(parts: SupervisedChildParts) {
    this.#parts = parts;
    this.pid = parts.child.pid as number;
    this.exited = new Promise((resolve) => {
      parts.child.once('exit', (code, signal) => resolve(this.#onExit(code, signal)));
    });
    if (parts.wire !== null) this.#startWatchdogs(parts.wire);
  }

  get status(): ExitStatus | null {
    return this.#status;
  }

  /** Set when this process decides to end the child. */
  get ending(): Ending | null {
    return this.#ending;
  }

  snapshot(): StderrSnapshot {
    return this.#parts.channel?.snapshot() ?? inheritedSnapshot();
  }

  cancelConnectWatchdog(): void {
    this.#connectWatchdog?.cancel();
  }

  /** Sends a signal for the caller. Returns `false` if there was no process to send it to. */
  kill(signal: NodeJS.Signals): boolean {
    const { child, command } = this.#parts;
    if (this.#status !== null || !killChild(child, signal)) return false;
    this.#ending ??= endingByKill(command.label, signal);
    return true;
  }

  /** Ends the child: SIGTERM, then SIGKILL after {@link KILL_GRACE_MS}. No effect after its exit. */
  end(ending: Ending): void {
    if (this.#status !== null) return;
    if (failsWait(ending)) {
      if (this.#ending !== null && failsWait(this.#ending)) return;
      this.#ending = ending;
      this.#parts.onFailure?.(ending);
    }
    this.#ending ??= ending;
    const { child } = this.#parts;
    killChild(child, 'SIGTERM');
    this.#killTimer ??= setTimeout(() => killChild(child, 'SIGKILL'), KILL_GRACE_MS);
  }

  /**
   * Resolves after the exit, when capture and forwarding are complete.
   * @param surface whether to print a failure of the child itself; the first call decides
   */
  async complete(surface: boolean): Promise<ExitStatus> {
    const isFirst = !this.#reported;
    this.#reported = true;
    const status = await this.exited;
    const { channel } = this.#parts;
    if (surface && isFirst && this.#ending === null) await channel?.joinAndSurfaceOnError(status);
    else await channel?.join();
    return status;
  }

  /** Ends and reaps the child, prints its failure unless that was reported, and closes its stderr. */
  async dispose(): Promise<ExitStatus> {
    const { channel, command } = this.#parts;
    this.end(endingByDisposal(command.label));
    const status = await this.complete(true);
    channel?.shutdownRead();
    return status;
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
    const { child, command, onExit } = this.#parts;
    const status = childExitStatus(child, code, signal);
    this.#status = status;
    clearTimeout(this.#killTimer);
    this.cancelConnectWatchdog();
    this.#ioWatchdog?.cancel();
    onExit?.(status);
    if (exitChannel.hasSubscribers) {
      const { label } = command;
      exitChannel.publish({ label, pid: this.pid, status, stderr: this.snapshot() });
    }
    return status;
  }

  #startWatchdogs(wire: WireActivity): void {
    const { label, connectTimeoutMs, ioTimeoutMs } = this.#parts.command;
    const context = (timeoutMs: number) => ({ timeoutMs, stderr: this.snapshot().bytes });
    if (connectTimeoutMs !== null) {
      const onTimeout = () => {
        if (wire.isConnected()) return;
        const reason = new ConnectTimeoutError(label, context(connectTimeoutMs));
        this.end({ by: 'connect-timeout', reason });
      };
      // One sample, at the timeout.
      this.#connectWatchdog = new Watchdog(connectTimeoutMs, () => 0, onTimeout, connectTimeoutMs);
    }
    if (ioTimeoutMs !== null) {
      const onStall = () => {
        if (wire.hasEnded()) return;
        this.end({ by: 'io-timeout', reason: new IoTimeoutError(label, context(ioTimeoutMs)) });
      };
      this.#ioWatchdog = new Watchdog(ioTimeoutMs, () => wire.progress(), onStall);
    }
  }
}

/** The snapshot of a stderr that the child inherited: nothing was captured. */
export function inheritedSnapshot(): StderrSnapshot {
  return {
    bytes: new Uint8Array(0),
    totalBytes: 0,
    discardedBytes: 0,
    droppedWarnings: 0,
    backend: 'inherit',
    ended: null,
  };
}
