import {
  type ExitStatus,
  spawnChannel,
  SshCommand,
  type SshConnectConfig,
  type StderrLine,
  type StderrSnapshot,
  TransportStateError,
  type Word,
} from '@rsync-io/aux-channel';
import { integer, remoteRsyncCommand, type WaitOptions } from '@rsync-io/aux-channel/transport';
import type { SyncTransportOptions } from './options.js';
import type { SshChildHandle } from './ssh-child-handle.js';
import { SshReader } from './ssh-reader.js';
import { SshWriter } from './ssh-writer.js';
import { startChild } from './start-child.js';
import type { BlockingWire } from './wire/blocking-wire.js';
import { pump } from './wire/pump.js';
import type { Progress } from './wire/traffic.js';

const descriptor = integer(0, 2 ** 31 - 1);

/** The parts of a connection, as {@link SshConnection.split} returns them. */
export interface SplitConnection {
  readonly reader: SshReader;
  readonly writer: SshWriter;
  /** Owns the process and the descriptors. Dispose of it, or call `wait()`. */
  readonly child: SshChildHandle;
}

/**
 * A remote shell as a child process, with blocking calls. One thread, shared by all connections, drains
 * and forwards stderr, even while the caller is blocked. Declare it with `using`, or call {@link wait}.
 */
export class SshConnection implements Disposable {
  readonly pid: number;
  readonly #parts: SplitConnection;
  readonly #child: SshChildHandle;
  readonly #wire: BlockingWire;
  #split = false;

  protected constructor(parts: SplitConnection, wire: BlockingWire) {
    this.pid = parts.child.pid;
    this.#parts = parts;
    this.#child = parts.child;
    this.#wire = wire;
  }

  /**
   * Connects to `[user@]host` and runs `rsync` there with `rsyncArgs`, which are quoted for the remote
   * shell. `config.remoteCommand` replaces the words before them.
   * @throws InvalidTargetError | InvalidOptionError | SpawnError | WireUnavailableError
   */
  static executeRemoteRsync(
    target: string,
    rsyncArgs: readonly Word[],
    config: SshConnectConfig | undefined,
    options: SyncTransportOptions,
  ): SshConnection {
    return SshConnection.spawn(remoteRsyncCommand(target, rsyncArgs, config), options);
  }

  /**
   * Connects to `[user@]host`, and runs `config.remoteCommand` there.
   * @throws InvalidTargetError | InvalidOptionError | SpawnError | WireUnavailableError
   */
  static connect(
    target: string,
    config: SshConnectConfig = {},
    options: SyncTransportOptions,
  ): SshConnection {
    return SshConnection.spawn(SshCommand.for(target, config), options);
  }

  /**
   * Starts a command. Returns when the process has started; {@link wait} returns its result.
   * @throws InvalidOptionError | SpawnError | WireUnavailableError | DrainThreadLostError
   */
  static spawn(command: SshCommand, options: SyncTransportOptions): SshConnection {
    const { child, wire, backend } = startChild(command, options);
    if (spawnChannel.hasSubscribers) {
      const { label, program } = command;
      spawnChannel.publish({ label, program, backend, pid: child.pid });
    }
    const parts = { reader: new SshReader(wire), writer: new SshWriter(wire), child };
    return new SshConnection(parts, wire);
  }

  /** {@inheritDoc SshReader.read} */
  read(into: Uint8Array): number {
    return this.#wire.read(into);
  }

  /** {@inheritDoc SshWriter.write} */
  write(from: Uint8Array): number {
    return this.#wire.write(from);
  }

  /** {@inheritDoc SshWriter.writeAll} */
  writeAll(from: Uint8Array): void {
    this.#parts.writer.writeAll(from);
  }

  /** {@inheritDoc SshWriter.close} */
  closeStdin(): void {
    this.#wire.ends.close('stdin');
  }

  /**
   * Copies bytes in both directions at once, from `input` to the child and from the child to `output`,
   * until the child has closed its stdout or exited. The end of `input` closes the child's stdin. The
   * caller keeps both descriptors. Call {@link wait} afterwards.
   * @throws InvalidOptionError, an error with code `EPIPE` if `output` no longer has a reader, and the errors
   *   of {@link read}
   */
  pump(input = 0, output = 1): void {
    pump(this.#wire, descriptor.check(input, 'input'), descriptor.check(output, 'output'));
  }

  progress(): Progress {
    return this.#wire.traffic.progress;
  }

  /**
   * Splits the connection for code that reads and writes in different places. The child then owns the
   * process; disposing of the connection has no effect.
   * @throws TransportStateError on the second call
   */
  split(): SplitConnection {
    if (this.#split) {
      throw new TransportStateError('The transport was split already; use the parts it returned.');
    }
    this.#split = true;
    return this.#parts;
  }

  /** {@inheritDoc SshChildHandle.stderrOutput} */
  stderrOutput(): Uint8Array {
    return this.#child.stderrOutput();
  }

  /** {@inheritDoc SshChildHandle.stderrSnapshot} */
  stderrSnapshot(): StderrSnapshot {
    return this.#child.stderrSnapshot();
  }

  /** {@inheritDoc SshChildHandle.takeWarnings} */
  takeWarnings(): StderrLine[] {
    return this.#child.takeWarnings();
  }

  /** {@inheritDoc SshChildHandle.tryWait} */
  tryWait(): ExitStatus | null {
    return this.#child.tryWait();
  }

  /** {@inheritDoc SshChildHandle.wait} */
  wait(options?: WaitOptions): ExitStatus {
    return this.#child.wait(options);
  }

  /** {@inheritDoc SshChildHandle.waitWithStderr} */
  waitWithStderr(options?: WaitOptions): { status: ExitStatus; stderr: Uint8Array } {
    return this.#child.waitWithStderr(options);
  }

  /** {@inheritDoc SshChildHandle.cancelConnectWatchdog} */
  cancelConnectWatchdog(): void {
    this.#child.cancelConnectWatchdog();
  }

  /** {@inheritDoc SshChildHandle.releaseStderr} */
  releaseStderr(): void {
    this.#child.releaseStderr();
  }

  /** {@inheritDoc SshChildHandle.kill} */
  kill(signal?: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  /** Disposes of the child, unless {@link split} was called. */
  [Symbol.dispose](): void {
    if (!this.#split) this.#child[Symbol.dispose]();
  }
}
