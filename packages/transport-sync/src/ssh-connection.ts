import {
  type ExitStatus,
  spawnChannel,
  SshCommand,
  type SshConnectConfig,
  type StderrLine,
  type StderrSnapshot,
  TransportStateError,
} from '@rsync-io/aux-channel';
import type { SyncTransportOptions } from './options.js';
import type { SshChildHandle } from './ssh-child-handle.js';
import { SshReader } from './ssh-reader.js';
import { SshWriter } from './ssh-writer.js';
import { startChild } from './start-child.js';
import type { BlockingWire } from './wire/blocking-wire.js';
import { pump } from './wire/pump.js';

/** What {@link SshConnection.split} returns. */
export interface SplitConnection {
  readonly reader: SshReader;
  readonly writer: SshWriter;
  /** Owns the process and the descriptors from now on: dispose of it, or `wait()` for it. */
  readonly child: SshChildHandle;
}

/**
 * A remote shell as a child process, by blocking calls: the wire is read and written by the calling
 * thread; its stderr is drained and forwarded by one thread that all connections share, also while
 * this one is blocked.
 *
 * Use it with `using`, or end with {@link wait}.
 */
export class SshConnection implements Disposable {
  readonly pid: number;
  readonly #reader: SshReader;
  readonly #writer: SshWriter;
  readonly #child: SshChildHandle;
  readonly #wire: BlockingWire;
  #split = false;

  protected constructor(parts: SplitConnection, wire: BlockingWire) {
    this.#wire = wire;
    this.pid = parts.child.pid;
    this.#reader = parts.reader;
    this.#writer = parts.writer;
    this.#child = parts.child;
  }

  /**
   * Connects to `[user@]host`; `config.remoteCommand` is what runs there.
   * @throws InvalidTargetError | InvalidOptionError | SpawnError | WireUnavailableError
   */
  static connect(
    target: string,
    config: SshConnectConfig = {},
    options: SyncTransportOptions = { backends: [] },
  ): SshConnection {
    return SshConnection.spawn(SshCommand.for(target, config), options);
  }

  /**
   * Starts a command. Returns when the process runs; what happens to it then is for {@link wait}.
   * @throws SpawnError when it cannot be started; nothing is left open then
   * @throws WireUnavailableError where the blocking transport cannot work
   * @throws DrainThreadLostError
   */
  static spawn(
    command: SshCommand,
    options: SyncTransportOptions = { backends: [] },
  ): SshConnection {
    const { child, wire, backend } = startChild(command, options);
    const vigil = () => child.vigil();
    if (spawnChannel.hasSubscribers) {
      const { label, program } = command;
      spawnChannel.publish({ label, program, backend, pid: child.pid });
    }
    const [reader, writer] = [new SshReader(wire, vigil), new SshWriter(wire, vigil)];
    return new SshConnection({ reader, writer, child }, wire);
  }

  /** {@inheritDoc SshReader.read} */
  read(into: Uint8Array): number {
    return this.#reader.read(into);
  }

  /** {@inheritDoc SshWriter.write} */
  write(from: Uint8Array): number {
    return this.#writer.write(from);
  }

  /** {@inheritDoc SshWriter.writeAll} */
  writeAll(from: Uint8Array): void {
    this.#writer.writeAll(from);
  }

  /** {@inheritDoc SshWriter.close} */
  closeStdin(): void {
    this.#writer.close();
  }

  /**
   * Moves bytes in both directions at once: from `input` to the child, and from the child to
   * `output`, until the child has closed its stdout or exited. The end of `input` closes the child's
   * stdin. Never waits on one direction alone, so neither can stall the other. Follow it with {@link wait}.
   *
   * @param input a descriptor that stays the caller's. @defaultValue 0
   * @param output a descriptor that stays the caller's. @defaultValue 1
   * @throws an error with code `EPIPE` when nobody reads `output` any more
   * @throws ConnectTimeoutError | IoTimeoutError | DrainThreadLostError
   */
  pump(input = 0, output = 1): void {
    const exited = () => this.#child.tryWait() !== null;
    pump(this.#wire, { input, output }, this.#child.vigil(), exited);
  }

  /**
   * Takes the connection apart for code that reads and writes in different places. The child is then
   * the owner; disposing of the connection does nothing any more.
   * @throws TransportStateError at the second call
   */
  split(): SplitConnection {
    if (this.#split) {
      throw new TransportStateError('The transport was split already; use the parts it returned.');
    }
    this.#split = true;
    return { reader: this.#reader, writer: this.#writer, child: this.#child };
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
  wait(): ExitStatus {
    return this.#child.wait();
  }

  /** {@inheritDoc SshChildHandle.waitWithStderr} */
  waitWithStderr(): { status: ExitStatus; stderr: Uint8Array } {
    return this.#child.waitWithStderr();
  }

  /** {@inheritDoc SshChildHandle.cancelConnectWatchdog} */
  cancelConnectWatchdog(): void {
    this.#child.cancelConnectWatchdog();
  }

  /** {@inheritDoc SshChildHandle.kill} */
  kill(signal?: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  /** Disposes of the child, unless {@link split} handed it over. */
  [Symbol.dispose](): void {
    if (!this.#split) this.#child[Symbol.dispose]();
  }
}
