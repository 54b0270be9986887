import type { ChildProcess } from 'node:child_process';
import { StderrDrain } from './drain.js';
import type { ExitStatus } from '../trait/exit-status.js';
import { Forwarder } from '../forward/forwarder.js';
import { checkOptions } from '../options/check-options.js';
import { type DrainOptions, drainRules } from './drain-options.js';
import { StreamEndpoint } from './stream-endpoint.js';
import { type SurfacePolicy, surfaceText } from './surface.js';
import type { StderrAuxChannel, StderrEndpoint, StderrSnapshot } from '../trait/trait.js';
import { LineDispatcher } from '../lines/line-dispatcher.js';

/**
 * Starts draining a child's stderr. Call it right after spawn, in the same turn of the event loop.
 * @param endpoint the result of {@link configureStderrChannel}; the channel owns it from here on. Without
 *   one, `child.stderr` is read
 * @returns `null` if there is no stream, because the child inherits fd 2
 * @throws InvalidOptionError; the caller keeps the endpoint
 */
export function buildStderrChannel(
  endpoint: StderrEndpoint | null,
  child: ChildProcess,
  options: DrainOptions = {},
): StderrAuxChannel<Promise<void>> | null {
  return startDrain(endpoint, child, checkOptions(options, drainRules));
}

/** {@link buildStderrChannel} with options that were checked before the spawn. */
export function startDrain(
  endpoint: StderrEndpoint | null,
  child: ChildProcess,
  options: DrainOptions,
): StderrAuxChannel<Promise<void>> | null {
  if (endpoint !== null) return new DrainedStderrChannel(endpoint, child, options);
  const { stderr } = child;
  // Undefined, contrary to its type, on a child whose spawn failed.
  if (!stderr) return null;
  // Without a reader, the child would block.
  const piped = new StreamEndpoint({ backend: 'pipe', childStdio: 'pipe', open: () => stderr });
  return new DrainedStderrChannel(piped, child, options);
}

class DrainedStderrChannel implements StderrAuxChannel<Promise<void>> {
  readonly backend: StderrEndpoint['backend'];
  readonly #drain: StderrDrain;
  readonly #lines: LineDispatcher;
  readonly #forwarder: Forwarder | null;
  readonly #surface: SurfacePolicy;
  #surfaced = false;
  /** Whether {@link join} has waited for the capture and its forwarding. */
  #joined = false;
  #closed = false;

  constructor(endpoint: StderrEndpoint, child: ChildProcess, options: DrainOptions) {
    this.backend = endpoint.backend;
    this.#surface = options.surface ?? 'unless-forwarded';
    const { warnings, forward = {}, label = '' } = options;
    this.#lines = new LineDispatcher(warnings, { label, pid: child.pid ?? 0 });
    const duplicate = endpoint.duplicate?.bind(endpoint);
    this.#forwarder = forward === false ? null : new Forwarder(forward, duplicate);
    const onClosed = () => {
      this.#closed = true;
      if (this.#joined) this.#forwarder?.close();
      options.onClosed?.();
    };
    try {
      this.#drain = new StderrDrain(endpoint, child, this.#lines, this.#forwarder, onClosed);
    } catch (error) {
      this.#forwarder?.close();
      throw error;
    }
  }

  collected(): Uint8Array {
    return this.#drain.tail.toBytes();
  }

  snapshot(): StderrSnapshot {
    const { tail, ended } = this.#drain;
    return {
      bytes: tail.toBytes(),
      totalBytes: tail.totalBytes,
      discardedBytes: tail.discardedBytes,
      droppedWarnings: this.#lines.dropped,
      backend: this.backend,
      ended,
    };
  }

  shutdownRead(): void {
    this.#drain.shutdown();
    // Forwarding had its time to finish: bytes that are still pending are dropped.
    if (this.#joined) this.#forwarder?.abort();
  }

  async join(): Promise<void> {
    await this.#settle();
    this.#endForwarding();
  }

  async joinAndSurfaceOnError(status: ExitStatus): Promise<void> {
    await this.#settle();
    await this.#surfaceOnce(status);
    this.#endForwarding();
  }

  async #settle(): Promise<void> {
    await this.#drain.settled();
    await this.#forwarder?.sink.flushed();
  }

  /** Called once the capture is complete. Output of surviving processes is forwarded where that is safe. */
  #endForwarding(): void {
    if (this.#drain.ended === null) return;
    this.#joined = true;
    if (this.#closed || this.#forwarder?.sink.isOwned === false) this.#forwarder?.close();
  }

  async #surfaceOnce(status: ExitStatus): Promise<void> {
    if (status.success || this.#surfaced || this.#surface === 'never') return;
    this.#surfaced = true;
    // Printed to the forwarding target, below the lines that it belongs to, or to this process's stderr.
    const isForwarded = this.#forwarder?.sink.usable === true;
    const forwarder = isForwarded ? this.#forwarder : new Forwarder({});
    const text = surfaceText(status, this.collected(), this.#surface === 'always' || !isForwarded);
    forwarder.announce(text);
    await forwarder.sink.flushed();
    if (!isForwarded) forwarder.close();
  }
}
