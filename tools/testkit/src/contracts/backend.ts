import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import {
  BackendUnavailableError,
  buildStderrChannel,
  configureStderrChannel,
  type DrainOptions,
  exitStatus,
  fallbackChannel,
  type FallbackMessage,
  STDERR_BUFFER_CAP,
  type StderrAuxChannel,
  type StderrBackend,
  type StderrLine,
  WarningQueue,
} from '@rsync-io/aux-channel';
import type { StderrEndpoint } from '@rsync-io/aux-channel/backend';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isAlive, openDescriptors, waitUntil } from '../process-census.js';
import { program } from '../programs.js';

/** The capabilities of a backend, on which the contract depends. */
export interface BackendCapabilities {
  /** Whether the kernel can report an empty queue, so that the end needs no quiet period. */
  readonly knowsEmpty: boolean;
}

/**
 * The contract of a {@link StderrBackend}: registers its cases with vitest, named after the design
 * note's. Every backend runs it.
 */
export function stderrBackendContract(
  backend: StderrBackend,
  capabilities: BackendCapabilities,
): void {
  const name = backend.name.replaceAll('-', '_');
  const running: ChildProcess[] = [];
  const strangers: number[] = [];

  afterEach(() => {
    vi.restoreAllMocks();
    for (const child of running.splice(0)) child.kill('SIGKILL');
    for (const pid of strangers.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  function start(endpoint: StderrEndpoint, args: readonly string[], options: DrainOptions = {}) {
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', endpoint.childStdio],
    });
    running.push(child);
    const channel = buildStderrChannel(endpoint, child, {
      forward: false,
      surface: 'never',
      ...options,
    }) as StderrAuxChannel<Promise<void>>;
    return { child, channel, exited: once(child, 'exit') };
  }

  /** Runs a program to its end and completes the capture. */
  async function run(args: readonly string[], options?: DrainOptions) {
    const started = start(await backend.open(), args, options);
    const [code] = (await started.exited) as [number];
    await started.channel.join();
    return { ...started, code };
  }

  const writeStderr = (...args: (string | number)[]) => [
    program('write-stderr'),
    ...args.map(String),
  ];
  const says = (code: string) => ['-e', code];
  // On a busy machine, the end of the stream may come after the quiet period.
  const wholeEnd = capabilities.knowsEmpty ? 'eof' : expect.stringMatching(/^(eof|abandoned)$/);

  describe(`the contract of the ${backend.name} backend`, () => {
    it(`${name}_channel_collects_stderr_data`, async () => {
      const { channel } = await run(says(`require('fs').writeSync(2, 'first\\nsecond\\n')`));
      expect(text(channel.collected())).toBe('first\nsecond\n');
      expect(channel.backend).toBe(backend.name);
      expect(channel.snapshot()).toMatchObject({
        totalBytes: 13,
        discardedBytes: 0,
        droppedWarnings: 0,
        backend: backend.name,
        ended: wholeEnd,
      });
    });

    it(`${name}_channel_handles_non_utf8_bytes`, async () => {
      const { channel } = await run(writeStderr(512, 'bytes'));
      const everyByteTwice = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
      expect(channel.collected()).toEqual(everyByteTwice);
    });

    it(`${name}_channel_bounded_buffer_caps_memory`, async () => {
      const queue = new WarningQueue({ capacity: 200_000 });
      const { channel } = await run(writeStderr(3_000_000, 'numbered'), { warnings: queue });
      const snapshot = channel.snapshot();
      expect(snapshot.bytes).toHaveLength(STDERR_BUFFER_CAP);
      expect(snapshot.totalBytes).toBe(3_000_000);
      expect(snapshot.discardedBytes).toBe(3_000_000 - STDERR_BUFFER_CAP);
      const newest = queue
        .take()
        .slice(-10)
        .map((line) => line.text);
      expect(text(snapshot.bytes).trimEnd().endsWith(newest.join('\n'))).toBe(true);
    });

    it('join_and_surface_on_error_is_quiet_for_success', async () => {
      const { sink, shown } = memorySink();
      const { channel } = await run(says(`require('fs').writeSync(2, 'all well\\n')`), {
        forward: { to: sink },
        surface: 'always',
      });
      await channel.joinAndSurfaceOnError(exitStatus(0));
      expect(shown()).toBe('all well\n');
    });

    it('join_and_surface_on_error_prints_headline_and_tail_once_for_a_failure', async () => {
      const { sink, shown } = memorySink();
      const { channel } = await run(says(`require('fs').writeSync(2, ' it broke \\n\\n')`), {
        forward: { to: sink },
        surface: 'always',
      });
      await channel.joinAndSurfaceOnError(exitStatus(7));
      await channel.joinAndSurfaceOnError(exitStatus(7));
      expect(shown()).toBe(' it broke \n\nssh process exited with status 7:\nit broke\n');
    });

    it('join_and_surface_on_error_leaves_out_a_tail_that_was_forwarded', async () => {
      const { sink, shown } = memorySink();
      const { channel } = await run(says(`require('fs').writeSync(2, 'it broke\\n')`), {
        forward: { to: sink },
        surface: 'unless-forwarded',
      });
      await channel.joinAndSurfaceOnError(exitStatus(null, 'SIGKILL'));
      const [, headline] = shown().split('\n');
      expect(headline).toMatch(/^ssh process was killed by SIGKILL:/);
      expect(shown().match(/it broke/g)).toHaveLength(1);
    });

    it('channel_join_is_idempotent', async () => {
      const { channel } = await run(says(`require('fs').writeSync(2, 'once\\n')`));
      const before = channel.snapshot();
      await Promise.all([channel.join(), channel.join()]);
      await channel.join();
      expect(channel.snapshot()).toEqual(before);
    });

    it('join_is_bounded_while_the_child_runs_and_loses_nothing_that_comes_later', async () => {
      const code = `require('fs').writeSync(2, 'early '); process.stdout.write('x');
        process.stdin.resume().on('end', () => { require('fs').writeSync(2, 'late'); process.exit(); })`;
      const { child, channel, exited } = start(await backend.open(), says(code));
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      await channel.join();
      expect(text(channel.collected())).toBe('early ');
      expect(channel.snapshot().ended).toBeNull();
      child.stdin?.end();
      await exited;
      await channel.join();
      expect(text(channel.collected())).toBe('early late');
    });

    it(`build_stderr_channel_prefers_${name}_when_available`, async () => {
      const endpoint = await configureStderrChannel([backend, unavailable('pipe', 'not asked')]);
      const { channel, exited } = start(endpoint as StderrEndpoint, says(''));
      await exited;
      expect(channel.backend).toBe(backend.name);
      await channel.join();
    });

    it(`build_stderr_channel_falls_back_to_pipe_when_${name}_absent`, async () => {
      const child = spawn(process.execPath, says(`console.error('by the pipe')`), {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const channel = buildStderrChannel(null, child, { forward: false });
      await once(child, 'exit');
      await channel?.join();
      expect(channel?.backend).toBe('pipe');
      expect(text(channel?.collected() as Uint8Array)).toBe('by the pipe\n');
    });

    it('build_stderr_channel_returns_none_when_no_inputs_provided', async () => {
      const child = spawn(process.execPath, says(''), { stdio: 'ignore' });
      expect(buildStderrChannel(null, child)).toBeNull();
      await once(child, 'exit');
    });

    it(`configure_stderr_channel_installs_${name}_when_possible`, async () => {
      const endpoint = await configureStderrChannel([backend]);
      expect(endpoint?.backend).toBe(backend.name);
      endpoint?.dispose();
    });

    it(`warns_once_on_${name}_rejection`, async () => {
      const cause = `rejected at ${process.hrtime.bigint()}`;
      const messages: FallbackMessage[] = [];
      const listen = (message: unknown) => void messages.push(message as FallbackMessage);
      fallbackChannel.subscribe(listen);
      const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      for (let i = 0; i < 3; i++) {
        const endpoint = await configureStderrChannel([unavailable(backend.name, cause), backend]);
        expect(endpoint?.backend).toBe(backend.name);
        endpoint?.dispose();
      }
      fallbackChannel.unsubscribe(listen);
      expect(printed).toHaveBeenCalledOnce();
      expect(messages).toHaveLength(1);
      expect(messages[0]?.error.message).toContain(cause);
    });

    it('inherits_when_every_backend_is_rejected', async () => {
      const rejected = unavailable(backend.name, `none left at ${process.hrtime.bigint()}`);
      const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await configureStderrChannel([rejected])).toBeNull();
      expect(text(printed.mock.lastCall?.[0] as Uint8Array)).toContain('nothing is captured');
    });

    it('a_grandchild_that_keeps_fd_2_is_neither_waited_for_nor_harmed', async () => {
      const output: string[] = [];
      const started = start(await backend.open(), [program('grandchild'), '204800', '3']);
      started.child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
      const [code] = (await started.exited) as [number];
      await started.channel.join();
      const before = started.channel.snapshot();
      expect(code).toBe(3);
      expect(before).toMatchObject({ totalBytes: 204_800, ended: 'abandoned' });
      expect(before.bytes).toHaveLength(STDERR_BUFFER_CAP);
      await waitUntil(() => output.join('').includes('\n'), { what: "the grandchild's pid" });
      const grandchild = Number(output.join(''));
      strangers.push(grandchild);
      expect(isAlive(grandchild)).toBe(true);
      started.channel.shutdownRead();
      expect(started.channel.snapshot()).toEqual(before);
    });

    it('what_was_written_before_the_exit_is_captured_though_the_event_loop_was_busy', async () => {
      const endpoint = await backend.open();
      const { child, channel, exited } = start(endpoint, [program('grandchild'), '20480', '0']);
      child.stdout?.on('data', (chunk: Buffer) => strangers.push(Number(chunk.toString())));
      // Nothing is read while this loop runs, and the exit is seen together with the data.
      const until = performance.now() + 600;
      while (performance.now() < until);
      await exited;
      await channel.join();
      expect(channel.snapshot().totalBytes).toBe(20_480);
    });

    it('a_forward_sink_that_stalls_loses_no_capture_and_does_not_hang_the_end', async () => {
      const stalled = new Writable({ highWaterMark: 16, write() {} });
      const { channel, code } = await run(writeStderr(20_000, 'numbered'), {
        forward: { to: stalled },
      });
      expect(code).toBe(0);
      expect(channel.snapshot()).toMatchObject({ totalBytes: 20_000, ended: wholeEnd });
    });

    it.each([
      [
        'throws',
        () => {
          throw new Error('sink');
        },
      ],
      ['closes', () => new PassThrough().destroy()],
      ['fails', () => new Writable({ write: (_c, _e, done) => done(new Error('sink')) })],
    ] as const)('a_forward_sink_that_%s_does_not_end_the_capture', async (kind, make) => {
      const to = kind === 'throws' ? make : (make() as Writable);
      const { channel } = await run(writeStderr(1_000_000, 'lines'), { forward: { to } });
      expect(channel.snapshot().totalBytes).toBe(1_000_000);
    });

    it('a_forward_function_whose_promise_is_pending_makes_the_child_wait', async () => {
      let received = 0;
      let settle = (): void => {};
      const pending = new Promise<void>((resolve) => (settle = resolve));
      const to = (chunk: Uint8Array) => {
        received += chunk.length;
        return pending;
      };
      const args = writeStderr(8_000_000, 'lines');
      const { child, channel, exited } = start(await backend.open(), args, { forward: { to } });
      await waitUntil(() => received > 0, { what: 'the first bytes' });
      // Without backpressure, the child would have written everything by then.
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 1_000))]);
      expect(child.exitCode).toBeNull();
      expect(channel.snapshot().totalBytes).toBeLessThan(4_000_000);
      settle();
      await exited;
      await channel.join();
      expect(received).toBe(8_000_000);
    });

    it('forwards_every_byte_in_order', async () => {
      const { sink, shown } = memorySink();
      await run(writeStderr(500_000, 'numbered'), { forward: { to: sink } });
      const whole = await run(writeStderr(500_000, 'numbered'));
      expect(shown()).toHaveLength(500_000);
      expect(shown().endsWith(text(whole.channel.collected()))).toBe(true);
    });

    it('shows_a_prompt_without_newline_while_the_child_waits', async () => {
      const { sink, shown } = memorySink();
      const question = [program('act'), 'err:Password: ', 'line'];
      const { child, exited } = start(await backend.open(), question, { forward: { to: sink } });
      await waitUntil(() => shown() !== '', { what: 'the prompt' });
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      await exited;
    });

    it('delivers_or_counts_every_line_of_a_subscriber_that_never_reads', async () => {
      const queue = new WarningQueue({ capacity: 100 });
      const { channel } = await run(writeStderr(800_000, 'lines'), { warnings: queue });
      expect(queue).toHaveLength(100);
      expect(channel.snapshot().droppedWarnings).toBe(10_000 - 100);
    });

    it('hands_lines_to_a_callback_and_survives_its_exceptions', async () => {
      const lines: StderrLine[] = [];
      const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
      const code = `require('fs').writeSync(2, 'a\\r\\nb\\n\\nlast')`;
      await run(says(code), {
        warnings: (line) => {
          lines.push(line);
          throw new Error('listener');
        },
      });
      expect(warned).toHaveBeenCalledOnce();
      expect(lines.map((line) => line.text)).toEqual(['a', 'b', '', 'last']);
      expect(lines.map((line) => line.seq)).toEqual([0, 1, 2, 3]);
      expect(lines.map((line) => line.complete)).toEqual([true, true, true, false]);
    });

    it('ends_the_iteration_of_a_queue_when_the_capture_ends', async () => {
      const queue = new WarningQueue();
      const ended = run(says(`require('fs').writeSync(2, 'one\\ntwo\\n')`), { warnings: queue });
      const seen: string[] = [];
      for await (const line of queue) seen.push(line.text);
      await ended;
      expect(seen).toEqual(['one', 'two']);
    });

    it('shutdown_read_takes_what_is_queued_and_is_idempotent', async () => {
      const code = `require('fs').writeSync(2, 'queued'); process.stdout.write('x'); setInterval(() => {}, 1000)`;
      const { child, channel, exited } = start(await backend.open(), says(code));
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      channel.shutdownRead();
      channel.shutdownRead();
      const { ended } = channel.snapshot();
      if (capabilities.knowsEmpty) expect(text(channel.collected())).toBe('queued');
      expect(ended).toBe('shutdown');
      child.kill('SIGKILL');
      await exited;
      await channel.join();
      expect(channel.snapshot().ended).toBe('shutdown');
    });

    it('an_endpoint_that_was_never_used_is_disposed_of_twice_without_a_trace', async () => {
      (await backend.open()).dispose();
      const before = openDescriptors() as number;
      for (let i = 0; i < 20; i++) {
        const endpoint = await backend.open();
        endpoint.dispose();
        endpoint.dispose();
      }
      // On Windows, sockets are closed a turn of the event loop later.
      await waitUntil(() => (openDescriptors() as number) <= before, {
        what: 'every descriptor to be closed',
      });
    });

    it('thirty_children_in_a_row_leave_no_descriptor_behind', async () => {
      await run(says(''));
      const before = openDescriptors() as number;
      for (let i = 0; i < 30; i++) await run(['--version']);
      await waitUntil(() => (openDescriptors() as number) <= before, {
        what: 'every descriptor to be closed',
      });
    });
  });
}

function unavailable(name: StderrBackend['name'], reason: string): StderrBackend {
  const open = () => Promise.reject(new BackendUnavailableError(name, reason));
  return { name, module: 'data:text/javascript,', open };
}

function memorySink() {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { sink, shown: () => Buffer.concat(chunks).toString('latin1') };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
