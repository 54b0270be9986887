import type { Readable, Writable } from 'node:stream';
import {
  configureStderrChannel,
  type ExitStatus,
  spawnChannel,
  SshCommand,
  type SshConnectConfig,
  type StderrSnapshot,
  TransportStateError,
  WarningQueue,
  type Word,
} from '@rsync-io/aux-channel';
import {
  attachStderr,
  checkOptions,
  remoteRsyncCommand,
  spawnChild,
  type WaitOptions,
} from '@rsync-io/aux-channel/transport';
import { type AsyncTransportOptions, asyncTransportRules, type Wire } from './options.js';
import { AsyncSshChild } from './ssh-child.js';
import { PipedWire, type WireProgress } from './wire.js';

/** Result of {@link AsyncSshTransport.split}. */
export interface SplitTransport {
  readonly reader: Readable;
  readonly writer: Writable;
  /** Owns the process from now on. Dispose of it, or call `wait()`. */
  readonly child: AsyncSshChild;
}

/**
 * A remote shell as a child process. Its stdin and stdout are streams. A channel drains stderr in builds
 * with the flag `ssh-socketpair-stderr`. Declare it with `await using`, or call {@link wait}.
 */
export class AsyncSshTransport<W extends Wire = Wire> implements AsyncDisposable {
  readonly pid: number;
  /** `null` with `wire: 'inherit'`, as is {@link stdout}. */
  readonly stdin: W extends 'pipe' ? Writable : null;
  readonly stdout: W extends 'pipe' ? Readable : null;
  /** {@inheritDoc AsyncSshChild.exited} */
  readonly exited: Promise<ExitStatus>;
  readonly #child: AsyncSshChild;
  #split = false;

  protected constructor(child: AsyncSshChild, wire: PipedWire | null) {
    this.pid = child.pid;
    this.stdin = (wire?.writer.stdin ?? null) as this['stdin'];
    this.stdout = (wire?.reader ?? null) as this['stdout'];
    this.#child = child;
    this.exited = child.exited;
  }

  /**
   * Connects to `[user@]host` and runs `config.remoteCommand` there.
   * @throws InvalidTargetError | InvalidOptionError | SpawnError (as rejections)
   */
  static async connect<W extends Wire = 'pipe'>(
    target: string,
    config: SshConnectConfig | undefined,
    options: AsyncTransportOptions<W>,
  ): Promise<AsyncSshTransport<W>> {
    return AsyncSshTransport.spawn(SshCommand.for(target, config), options);
  }

  /**
   * Runs `rsync` with `rsyncArgs`, quoted, on the remote host. `config.remoteCommand` replaces the word
   * `rsync` (such as `['sudo', 'rsync']`) and is not quoted.
   * @throws InvalidTargetError | InvalidOptionError | SpawnError (as rejections)
   */
  static async executeRemoteRsync<W extends Wire = 'pipe'>(
    target: string,
    rsyncArgs: readonly Word[],
    config: SshConnectConfig | undefined,
    options: AsyncTransportOptions<W>,
  ): Promise<AsyncSshTransport<W>> {
    return AsyncSshTransport.spawn(remoteRsyncCommand(target, rsyncArgs, config), options);
  }

  /**
   * Starts a command. Resolves when the process has started; {@link wait} returns its result.
   * @throws SpawnError | InvalidOptionError (as rejections); nothing is left open then
   */
  static async spawn<W extends Wire = 'pipe'>(
    command: SshCommand,
    given: AsyncTransportOptions<W>,
  ): Promise<AsyncSshTransport<W>> {
    const options = checkOptions(given === undefined ? {} : given, asyncTransportRules);
    const { wire = 'pipe', signal } = options;
    signal?.throwIfAborted();
    const opened = __SSH_SOCKETPAIR_STDERR__
      ? await configureStderrChannel(options.backends)
      : null;
    const spawned = await spawnChild(command, wire, opened);
    const { child } = spawned;
    const channel = __SSH_SOCKETPAIR_STDERR__
      ? await attachStderr(command, spawned, { ...options, label: command.label })
      : null;
    // A loop over the queue must not wait for lines that will never arrive.
    if (channel === null && options.warnings instanceof WarningQueue) options.warnings.close();
    const piped = wire === 'pipe' ? new PipedWire(child, command.label) : null;
    const sshChild = new AsyncSshChild({ command, child, channel, wire: piped, signal });
    if (spawnChannel.hasSubscribers) {
      const { label, program } = command;
      const backend = channel?.backend ?? 'inherit';
      spawnChannel.publish({ label, program, backend, pid: sshChild.pid });
    }
    return new AsyncSshTransport<W>(sshChild, piped);
  }

  /**
   * Splits the transport for code that reads and writes in different places. The child then owns the
   * process; disposing of the transport has no effect.
   * @throws TransportStateError at the second call, and with `wire: 'inherit'`
   */
  split(): SplitTransport {
    if (this.stdin === null || this.stdout === null) {
      throw new TransportStateError("There is nothing to split with wire: 'inherit'.");
    }
    if (this.#split) {
      throw new TransportStateError('The transport was split already; use the parts it returned.');
    }
    this.#split = true;
    return { reader: this.stdout, writer: this.stdin, child: this.#child };
  }

  /** {@inheritDoc AsyncSshChild.stderrOutput} */
  stderrOutput(): Uint8Array {
    return this.#child.stderrOutput();
  }

  /** {@inheritDoc AsyncSshChild.stderrSnapshot} */
  stderrSnapshot(): StderrSnapshot {
    return this.#child.stderrSnapshot();
  }

  /** {@inheritDoc AsyncSshChild.tryWait} */
  tryWait(): ExitStatus | null {
    return this.#child.tryWait();
  }

  /** {@inheritDoc AsyncSshChild.wait} */
  wait(options?: WaitOptions): Promise<ExitStatus> {
    return this.#child.wait(options);
  }

  /** {@inheritDoc AsyncSshChild.waitWithStderr} */
  waitWithStderr(options?: WaitOptions): Promise<{ status: ExitStatus; stderr: Uint8Array }> {
    return this.#child.waitWithStderr(options);
  }

  /** {@inheritDoc AsyncSshChild.cancelConnectWatchdog} */
  cancelConnectWatchdog(): void {
    this.#child.cancelConnectWatchdog();
  }

  /** {@inheritDoc AsyncSshChild.kill} */
  kill(signal?: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  /** {@inheritDoc AsyncSshChild.progress} */
  progress(): WireProgress | null {
    return this.#child.progress();
  }

  /** {@inheritDoc AsyncSshChild.releaseStderr} */
  releaseStderr(): void {
    this.#child.releaseStderr();
  }

  /** Disposes of the child, unless {@link split} was called. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#split) await this.#child[Symbol.asyncDispose]();
  }
}
