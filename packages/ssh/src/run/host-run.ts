import type { Readable } from 'node:stream';
import { explain, type ExitStatus, SshCommand, type StderrSnapshot } from '@rsync-io/aux-channel';
import { Forwarder, TailBuffer } from '@rsync-io/aux-channel/transport';
// With the flag on, because lines on an inherited fd 2 cannot be prefixed with their host.
import { AsyncSshTransport } from '@rsync-io/transport-async/ssh-socketpair-stderr';
import { textFields } from '../log/text-fields.js';
import { ignoringHangup } from '../hangup.js';
import { platformBackends } from '../platform-backends.js';
import type { RunRequest } from './arguments.js';
import type { CapturedText, HostOutcome, HostOutput, HostResult } from './host-result.js';
import type { Screen } from './screen.js';

/** One command on one host, from start to end. */
export class HostRun {
  readonly #abort = new AbortController();
  #transport: AsyncSshTransport | null = null;
  #ended: 'timeout' | 'interrupted' | null = null;
  #stdoutBytes = 0;
  readonly #stdoutTail: TailBuffer | null;

  /** @param live where output is shown as it arrives; `null` to keep its newest part instead */
  constructor(
    private readonly host: string,
    private readonly request: RunRequest,
    private readonly live: { readonly stdout: Screen; readonly stderr: Screen } | null,
  ) {
    this.#stdoutTail = live === null ? new TailBuffer() : null;
  }

  /** Ends ssh with SIGTERM, then with SIGKILL if necessary. Idempotent. */
  interrupt(): void {
    this.#end('interrupted');
  }

  /** Ends ssh with SIGKILL. */
  kill(): void {
    this.interrupt();
    this.#transport?.kill('SIGKILL');
  }

  /** Resolves when ssh has ended and its output has been forwarded. Never rejects. */
  async result(): Promise<{ result: HostResult; output: HostOutput | null }> {
    const { timeoutMs } = this.request;
    const start = performance.now();
    const timer =
      timeoutMs === null ? undefined : setTimeout(() => this.#end('timeout'), timeoutMs);
    let status: ExitStatus | null;
    let outcome: HostOutcome;
    let explanation: HostResult['explanation'] = null;
    try {
      status = await this.#run();
      outcome = status.success ? 'ok' : (this.#ended ?? 'failed');
      if (outcome === 'failed') explanation = this.#explain(status);
    } catch (error) {
      status = this.#transport?.tryWait() ?? null;
      outcome = this.#ended ?? (this.#transport === null ? 'cannot-start' : 'failed');
      // After an abort, the error is the reason of the abort and explains nothing.
      if (this.#ended === null) {
        explanation = { kind: 'unknown', summary: (error as Error).message, hint: '' };
      }
    }
    clearTimeout(timer);
    const result = {
      ...{ host: this.host, outcome, code: status?.code ?? null, signal: status?.signal ?? null },
      durationMs: Math.round(performance.now() - start),
      stdoutBytes: this.#stdoutBytes,
      stderrBytes: this.#transport?.stderrSnapshot().totalBytes ?? 0,
      explanation,
    };
    return { result, output: this.#output() };
  }

  #end(why: 'timeout' | 'interrupted'): void {
    this.#ended ??= why;
    this.#abort.abort();
  }

  async #run(): Promise<ExitStatus> {
    const { host, live } = this;
    const prefix = `[${host}] `;
    await using transport = await AsyncSshTransport.spawn(this.#command(), {
      backends: platformBackends(),
      forward: live === null ? false : { to: live.stderr, prefix },
      surface: 'never',
      signal: this.#abort.signal,
    });
    this.#transport = transport;
    transport.stdin?.end();
    const forwarder = live === null ? null : new Forwarder({ to: live.stdout, prefix });
    this.#read(transport.stdout as Readable, forwarder);
    try {
      return await transport.wait();
    } finally {
      forwarder?.end();
      await forwarder?.sink.flushed();
      forwarder?.close();
    }
  }

  #command(): SshCommand {
    const { host } = this;
    const { command, ssh } = this.request;
    const { program, args } = SshCommand.for(host, {
      ...(ssh.program !== null && { program: ssh.program }),
      options: [...ssh.options],
      // ssh's own timeout is among its options; a command may be silent after it has connected.
      connectTimeoutMs: null,
      remoteCommand: [...command],
    });
    const words = [program, ...args] as const;
    const [file, ...rest] = ssh.isHangupIgnored ? ignoringHangup(words) : words;
    return SshCommand.raw(file as string, rest, { label: host });
  }

  #read(stdout: Readable, forwarder: Forwarder | null): void {
    // wait() reports the error as well.
    stdout.on('error', () => {});
    stdout.on('data', (chunk: Buffer) => {
      this.#stdoutBytes += chunk.length;
      this.#stdoutTail?.append(chunk);
      if (forwarder === null || forwarder.push(chunk)) return;
      stdout.pause();
      forwarder.sink.onceReady(() => stdout.resume());
    });
  }

  #explain(status: ExitStatus): HostResult['explanation'] {
    const stderr = this.#transport?.stderrSnapshot() ?? new Uint8Array(0);
    const { kind, summary, hint } = explain(stderr, status);
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

type Captured = Pick<StderrSnapshot, 'bytes' | 'totalBytes' | 'discardedBytes'>;

const captured = ({ bytes, totalBytes, discardedBytes }: Captured): CapturedText => ({
  ...textFields(bytes),
  totalBytes,
  discardedBytes,
});
