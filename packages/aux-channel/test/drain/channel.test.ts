import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { buildStderrChannel } from '../../src/drain/channel.js';
import type { DrainOptions } from '../../src/drain/drain-options.js';
import { stderrLineChannel, type StderrLineMessage } from '../../src/trait/diagnostics.js';
import { exitStatus } from '../../src/trait/exit-status.js';
import { FunctionSink } from '../../src/forward/function-sink.js';
import type { StderrEndpoint } from '../../src/trait/trait.js';
import { WarningQueue } from '../../src/lines/warning-queue.js';

/** Stands for this process's stderr. */
const standard = vi.hoisted(() => ({ shown: '', isTerminal: false, sink: null as unknown }));
vi.mock('../../src/forward/sinks.js', async (original) => ({
  ...(await original<typeof import('../../src/forward/sinks.js')>()),
  standardErrorSink: () => standard.sink,
}));
beforeEach(() => {
  const sink = new FunctionSink((chunk) => void (standard.shown += Buffer.from(chunk).toString()));
  Object.defineProperty(sink, 'isTerminal', { get: () => standard.isTerminal });
  Object.assign(standard, { shown: '', isTerminal: false, sink });
});

const FAILED = exitStatus(255);
const HEADLINE = 'ssh process exited with status 255:';

/** A channel that was given `text`, whose child has ended. */
async function ended(text: string, options: DrainOptions) {
  const stream = new PassThrough();
  const endpoint: StderrEndpoint = {
    backend: 'pipe',
    childStdio: 'pipe',
    attach: () => stream,
    shutdownRead: () => undefined,
    dispose: () => undefined,
  };
  const child = Object.assign(new EventEmitter(), { pid: 77, exitCode: 255, signalCode: null });
  const channel = buildStderrChannel(endpoint, child as unknown as ChildProcess, options);
  if (channel === null) throw new Error('There is an endpoint.');
  stream.end(text);
  await channel.join();
  return channel;
}

/** The stderr of this process after the end of such a channel is surfaced. */
async function surfaced(text: string, options: DrainOptions, status = FAILED): Promise<string> {
  const channel = await ended(text, options);
  await channel.joinAndSurfaceOnError(status);
  return standard.shown;
}

describe('a failure on stderr', () => {
  it.each([
    ['headline and tail, if nothing was shown live', {}, `${HEADLINE}\nbroken\n`],
    ['the same, when always asked for', { surface: 'always' }, `${HEADLINE}\nbroken\n`],
    ['nothing, when never asked for', { surface: 'never' }, ''],
  ] as const)('is %s', async (_, options, shown) => {
    expect(await surfaced('broken\n', { forward: false, ...options })).toBe(shown);
  });

  it.each([
    ['one line below what was shown live', {}, `broken\n${HEADLINE} its messages are above\n`],
    [
      'that and the tail again, when always asked for',
      { surface: 'always' },
      `broken\n${HEADLINE}\nbroken\n`,
    ],
    ['nothing more, when never asked for', { surface: 'never' }, 'broken\n'],
  ] as const)('is %s', async (_, options, shown) => {
    expect(await surfaced('broken\n', options)).toBe(shown);
  });

  it('is not printed for a success, not even on a second call', async () => {
    const channel = await ended('fine\n', { forward: false });
    await channel.joinAndSurfaceOnError(exitStatus(0));
    expect(standard.shown).toBe('');
    await channel.joinAndSurfaceOnError(FAILED);
    await channel.joinAndSurfaceOnError(FAILED);
    expect(standard.shown).toBe(`${HEADLINE}\nfine\n`);
  });

  it('is printed to the forwarding target', async () => {
    const shown: string[] = [];
    const to = (chunk: Uint8Array) => void shown.push(Buffer.from(chunk).toString());
    expect(await surfaced('broken\n', { forward: { to } })).toBe('');
    expect(shown).toEqual(['broken\n', `${HEADLINE} its messages are above\n`]);
  });

  it('is printed in full on stderr if forwarding failed', async () => {
    const to = () => {
      throw new Error('no');
    };
    expect(await surfaced('broken\n', { forward: { to } })).toBe(`${HEADLINE}\nbroken\n`);
  });

  it('is made safe for a terminal', async () => {
    standard.isTerminal = true;
    expect(await surfaced('\x1b]0;title\x07\n', { forward: false })).toBe(
      `${HEADLINE}\n\\#033]0;title\\#007\n`,
    );
  });

  it('is unchanged in a file', async () => {
    expect(await surfaced('\x1b]0;title\x07\n', { forward: false })).toBe(
      `${HEADLINE}\n\x1b]0;title\x07\n`,
    );
  });

  it('is waited for until it is written', async () => {
    let done = () => {};
    const chunks: string[] = [];
    standard.sink = new FunctionSink((chunk) => {
      chunks.push(Buffer.from(chunk).toString());
      return new Promise<void>((resolve) => (done = resolve));
    });
    const channel = await ended('broken\n', { forward: false });
    const surfacing = vi.fn();
    void channel.joinAndSurfaceOnError(FAILED).then(surfacing);
    await new Promise((resolve) => setImmediate(resolve));
    expect(chunks).toEqual([`${HEADLINE}\nbroken\n`]);
    expect(surfacing).not.toHaveBeenCalled();
    done();
    await new Promise((resolve) => setImmediate(resolve));
    expect(surfacing).toHaveBeenCalledTimes(1);
  });
});

describe('lines', () => {
  it('go to the subscriber, and the snapshot counts dropped lines', async () => {
    const warnings = new WarningQueue({ capacity: 2 });
    const channel = await ended('a\nb\nc\nd', { forward: false, warnings });
    expect(channel.snapshot().droppedWarnings).toBe(2);
    expect(warnings.take().map(({ text }) => text)).toEqual(['a', 'b']);
    expect(warnings.closed).toBe(true);
  });

  it('are published on diagnostics_channel with the label of the connection', async () => {
    const seen: unknown[] = [];
    const listener = (message: unknown) => {
      const { label, pid, line, dropped } = message as StderrLineMessage;
      seen.push({ label, pid, text: line.text, dropped });
    };
    stderrLineChannel.subscribe(listener);
    await ended('a\n', { forward: false, label: 'host' });
    await ended('b\n', { forward: false });
    stderrLineChannel.unsubscribe(listener);
    expect(seen).toEqual([
      { label: 'host', pid: 77, text: 'a', dropped: 0 },
      { label: '', pid: 77, text: 'b', dropped: 0 },
    ]);
  });
});
