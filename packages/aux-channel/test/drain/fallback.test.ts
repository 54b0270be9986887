import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StderrBackend, StderrEndpoint } from '../../src/trait/trait.js';

const shown = vi.hoisted(() => ({ text: '' }));
vi.mock('../../src/forward/sinks.js', () => ({
  standardErrorSink: () => null,
  writeDescriptorsDirectly: () => {},
  writeMessage: (_sink: null, message: Uint8Array) => void (shown.text += String(message)),
}));

type Modules = typeof import('../../src/drain/fallback.js') &
  typeof import('../../src/drain/configure.js') &
  typeof import('../../src/trait/errors.js') &
  typeof import('../../src/trait/diagnostics.js');
let modules: Modules;
beforeEach(async () => {
  shown.text = '';
  // The module remembers which fallbacks were reported.
  vi.resetModules();
  modules = {
    ...(await import('../../src/trait/errors.js')),
    ...(await import('../../src/trait/diagnostics.js')),
    ...(await import('../../src/drain/fallback.js')),
    ...(await import('../../src/drain/configure.js')),
  };
});

const endpoint = {} as StderrEndpoint;
const backend = (name: StderrBackend['name'], open: StderrBackend['open']): StderrBackend => ({
  name,
  module: 'file:///none',
  open,
});
const works = (name: StderrBackend['name']) => backend(name, () => Promise.resolve(endpoint));
const fails = (name: StderrBackend['name'], error: unknown) =>
  backend(name, () => Promise.reject(error as Error));

it.each([undefined, 'pipe', [{ name: 'pipe' }]])('rejects %j as backends', async (backends) => {
  const { configureStderrChannel, InvalidOptionError } = modules;
  const opened = configureStderrChannel(backends as unknown as StderrBackend[]);
  await expect(opened).rejects.toThrow(InvalidOptionError);
  await expect(opened).rejects.toThrow('backends must be an array of backends');
});

describe('the first backend that works', () => {
  it('is used, and nothing is printed', async () => {
    const second = vi.fn(() => Promise.resolve(endpoint));
    const { configureStderrChannel } = modules;
    expect(await configureStderrChannel([works('socketpair'), backend('pipe', second)])).toBe(
      endpoint,
    );
    expect(second).not.toHaveBeenCalled();
    expect(shown.text).toBe('');
  });

  it('replaces one that does not work, and the fallback is reported', async () => {
    const { BackendUnavailableError, configureStderrChannel } = modules;
    const unavailable = new BackendUnavailableError('socketpair', 'no koffi');
    expect(await configureStderrChannel([fails('socketpair', unavailable), works('pipe')])).toBe(
      endpoint,
    );
    expect(shown.text).toBe(
      'rsync-io: The socketpair backend is unavailable: no koffi; using the pipe backend instead.\n',
    );
  });

  it.each([
    ['an error', new Error('broken'), 'broken'],
    ['what is not even an error', 'thrown text', 'thrown text'],
  ])('may not exist: for %s the child inherits stderr', async (_, thrown, reason) => {
    const { configureStderrChannel } = modules;
    expect(await configureStderrChannel([fails('pipe', thrown)])).toBeNull();
    expect(shown.text).toBe(
      `rsync-io: The pipe backend is unavailable: ${reason}; ` +
        'ssh writes to this stderr itself, and nothing is captured.\n',
    );
  });

  it('does not exist if the list is empty', async () => {
    expect(await modules.configureStderrChannel([])).toBeNull();
    expect(shown.text).toBe('');
  });
});

describe('a fallback', () => {
  it('is reported once per cause', () => {
    const { BackendUnavailableError, warnOfFallback } = modules;
    for (const reason of ['one', 'one', 'two']) {
      warnOfFallback(new BackendUnavailableError('socketpair', reason), 'pipe');
    }
    warnOfFallback(new BackendUnavailableError('tcp-loopback', 'one'), 'pipe');
    expect(shown.text.match(/unavailable: \w+/g)).toEqual([
      'unavailable: one',
      'unavailable: two',
      'unavailable: one',
    ]);
  });

  it('is published to subscribers', () => {
    const { BackendUnavailableError, fallbackChannel, warnOfFallback } = modules;
    const seen = vi.fn();
    fallbackChannel.subscribe(seen);
    const error = new BackendUnavailableError('socketpair', 'no koffi');
    warnOfFallback(error, 'pipe');
    fallbackChannel.unsubscribe(seen);
    expect(seen).toHaveBeenCalledExactlyOnceWith(
      { backend: 'socketpair', fallback: 'pipe', error },
      'rsync-io:fallback',
    );
  });

  it('is passed on by a thread that serves another thread, and not reported twice', () => {
    const { BackendUnavailableError, fallbackChannel, serveBlockedThread, warnOfFallback } =
      modules;
    const listener = vi.fn();
    const published = vi.fn();
    fallbackChannel.subscribe(published);
    serveBlockedThread(null, listener);
    const error = new BackendUnavailableError('socketpair', 'no koffi');
    warnOfFallback(error, 'pipe');
    warnOfFallback(error, 'pipe');
    fallbackChannel.unsubscribe(published);
    expect(listener).toHaveBeenCalledExactlyOnceWith(error, 'pipe');
    expect(published).not.toHaveBeenCalled();
    expect(shown.text).toBe('');
  });
});
