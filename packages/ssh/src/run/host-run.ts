import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { explain, type ExitStatus, SshCommand, type StderrSnapshot } from '@rsync-io/aux-channel';
import { Forwarder, TailBuffer } from '@rsync-io/aux-channel/transport';
// With the channel, whatever the default: lines of many hosts cannot be told apart on an inherited fd 2.
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { textFields } from '../log/text-fields.js';
import { platformBackends } from '../platform-backends.js';
import type { SshSettings } from './arguments.js';
import type { CapturedText, HostOutcome, HostOutput, HostResult } from './host-result.js';
import type { PrefixedLines } from './output.js';

/** What to run, and where its output goes. */
export interface HostOrder {
  readonly host: string;
  readonly command: readonly string[];
  readonly ssh: SshSettings;
  /** Unit: milliseconds; `null`: none. */
  readonly timeoutMs: number | null;
  /** Live output; `null`: the newest part of it is kept instead. */
  readonly live: { readonly stdout: PrefixedLines; readonly stderr: PrefixedLines } | null;
}

/** How long a stdout that somebody else keeps open may be silent after ssh's end. Unit: milliseconds. */
const QUIET_MS = 100;
/** How often that silence may be broken. What ssh wrote is in the kernel's queue, and read long before. */
const MAX_QUIET_ROUNDS = 20;

/** One command on one host, from start to end. */
export class HostRun {
  readonly #order: HostOrder;
  readonly #abort = new AbortController();
  #transport: AsyncSshTransport | null = null;
  #ended: 'timeout' | 'interrupted' | null = null;
  #stdoutBytes = 0;
  readonly #stdoutTail: TailBuffer | null;

  constructor(order: HostOrder) {
    this.#order = order;
    this.#stdoutTail = order.live === null ? new TailBuffer() : null;
  }

  /** Ends ssh: SIGTERM, and SIGKILL if that does not help. Idempotent. */
  interrupt(): void {
    this.#end('interrupted');
  }

  /** Ends ssh by SIGKILL. */
  kill(): void {
    this.interrupt();
    this.#transport?.kill('SIGKILL');
  }

  /** Resolves when ssh has ended, in whatever way, and its output has been passed on. */
  async result(): Promise<{ result: HostResult; output: HostOutput | null }> {
    const { host, timeoutMs } = this.#order;
    const start = performance.now();
    const timer =
      timeoutMs === null ? undefined : setTimeout(() => this.#end('timeout'), timeoutMs);
    const conclude = (
      outcome: HostOutcome,
      status: ExitStatus | null,
      explanation: HostResult['explanation'],
    ): HostResult => ({
      host,
      outcome,
      code: status?.code ?? null,
      signal: status?.signal ?? null,
      durationMs: Math.round(performance.now() - start),
      stdoutBytes: this.#stdoutBytes,
      stderrBytes: this.#transport?.stderrSnapshot().totalBytes ?? 0,
      explanation,
    });
    try {
      const status = await this.#run();
      const outcome = status.success ? 'ok' : (this.#ended ?? 'failed');
      const explanation = outcome === 'failed' ? this.#explain(status) : null;
      return { result: conclude(outcome, status, explanation), output: this.#output() };
    } catch (error) {
      const status = this.#transport?.tryWait() ?? null;
      // The reason of the abort: ssh was ended from here.
      if (this.#ended !== null) {
        return { result: conclude(this.#ended, status, null), output: this.#output() };
      }
      const outcome = this.#transport === null ? 'cannot-start' : 'failed';
      const explanation = { kind: 'unknown', summary: (error as Error).message, hint: '' } as const;
      return { result: conclude(outcome, status, explanation), output: this.#output() };
    } finally {
      clearTimeout(timer);
    }
  }

  #end(why: 'timeout' | 'interrupted'): void {
    this.#ended ??= why;
    this.#abort.abort();
  }

  async #run(): Promise<ExitStatus> {
    const { host, command, ssh, live } = this.#order;
    const sshCommand = SshCommand.for(host, {
      program: ssh.program,
      options: [...ssh.options],
      // ssh's own timeout stands in its options; a silent command is no failure to connect.
      connectTimeoutMs: null,
      remoteCommand: [...command],
    });
    await using transport = await AsyncSshTransport.spawn(sshCommand, {
      backends: platformBackends(),
      forward: live === null ? false : { to: live.stderr },
      surface: 'never',
      signal: this.#abort.signal,
    });
    this.#transport = transport;
    transport.stdin?.end();
    const stdout = this.#passOn(transport.stdout as Readable);
    try {
      return await transport.wait();
    } finally {
      await stdout.drained();
    }
  }

  /** Reads stdout to its end. */
  #passOn(stdout: Readable): { drained(): Promise<void> } {
    const forwarder =
      this.#order.live === null ? null : new Forwarder({ to: this.#order.live.stdout });
    stdout.on('data', (chunk: Buffer) => {
      this.#stdoutBytes += chunk.length;
      this.#stdoutTail?.append(chunk);
      if (forwarder === null || forwarder.push(chunk)) return;
      stdout.pause();
      forwarder.sink.onceReady(() => stdout.resume());
    });
    const closed = once(stdout, 'close').catch(() => {});
    return {
      drained: async () => {
        await Promise.race([closed, this.#quiet(stdout)]);
        forwarder?.end();
        await forwarder?.sink.flushed();
      },
    };
  }

  /** A process that ssh left behind (a connection master) may hold stdout for ever, or write to it. */
  async #quiet(stdout: Readable): Promise<void> {
    let before = -1;
    for (let rounds = 0; rounds < MAX_QUIET_ROUNDS; rounds += stdout.isPaused() ? 0 : 1) {
      if (stdout.closed || (before === this.#stdoutBytes && !stdout.isPaused())) return;
      before = this.#stdoutBytes;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS).unref());
    }
  }

  #explain(status: ExitStatus): HostResult['explanation'] {
    const bytes = this.#transport?.stderrOutput() ?? new Uint8Array(0);
    const { kind, summary, hint } = explain(bytes, status);
    return { kind, summary, hint };
  }

  #output(): HostOutput | null {
    const stderr = this.#transport?.stderrSnapshot();
    if (this.#stdoutTail === null || stderr === undefined) return null;
    const { totalBytes, discardedBytes } = this.#stdoutTail;
    const stdout = { bytes: this.#stdoutTail.toBytes(), totalBytes, discardedBytes };
    return { stdout: captured(stdout), stderr: captured(stderr) };
  }
}

function captured({
  bytes,
  totalBytes,
  discardedBytes,
}: Pick<StderrSnapshot, 'bytes' | 'totalBytes' | 'discardedBytes'>): CapturedText {
  return { ...textFields(bytes), totalBytes, discardedBytes };
}
