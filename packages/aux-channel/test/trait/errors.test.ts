import { describe, expect, it, vi } from 'vitest';
import { explain } from '../../src/explain/explain.js';
import { nameErrorClasses } from '../../src/trait/error-classes.js';
import {
  exitChannel,
  fallbackChannel,
  spawnChannel,
  stderrLineChannel,
} from '../../src/trait/diagnostics.js';
import {
  BackendUnavailableError,
  ConnectTimeoutError,
  InvalidOptionError,
  InvalidTargetError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
  TransportStateError,
} from '../../src/trait/errors.js';
import { describeExitStatus, exitStatus } from '../../src/trait/exit-status.js';
import { inheritedSnapshot } from '../../src/child/supervised-child.js';

const context = { timeoutMs: 250, stderr: Buffer.from('said') };
const cause = new Error('below');

describe('an error', () => {
  it.each([
    [
      new BackendUnavailableError('pipe', 'no reason', { cause }),
      { code: 'ERR_BACKEND_UNAVAILABLE', name: 'BackendUnavailableError', backend: 'pipe', cause },
      'The pipe backend is unavailable: no reason',
    ],
    [
      new InvalidTargetError('text'),
      { code: 'ERR_INVALID_TARGET', name: 'InvalidTargetError' },
      'text',
    ],
    [
      new InvalidOptionError('forward.policy', 'text'),
      { code: 'ERR_INVALID_OPTION', name: 'InvalidOptionError', option: 'forward.policy' },
      'text',
    ],
    [
      new SpawnError('ENOENT', 'ssh', 'text', { cause }),
      { code: 'ENOENT', name: 'SpawnError', program: 'ssh', cause },
      'text',
    ],
    [
      new TransportStateError('text'),
      { code: 'ERR_TRANSPORT_STATE', name: 'TransportStateError' },
      'text',
    ],
    [
      new ConnectTimeoutError('host', context),
      { code: 'ERR_CONNECT_TIMEOUT', name: 'ConnectTimeoutError', ...context },
      'host: nothing arrived within 250 ms of connecting. ' +
        'Check that the host answers, or raise connectTimeoutMs.',
    ],
    [
      new IoTimeoutError('host', context),
      { code: 'ERR_IO_TIMEOUT', name: 'IoTimeoutError', ...context },
      'host: no byte moved in either direction for 250 ms. ' +
        'Check the connection, or raise ioTimeoutMs.',
    ],
  ])(
    'explains what happened and what to do, and has its own class and code: %o',
    (error, fields, message) => {
      expect(error).toBeInstanceOf(RsyncIoError);
      expect(error).toMatchObject(fields);
      expect(error.message).toBe(message);
    },
  );
});

it('an error of a watchdog is retryable, as the same failure is to explain(); the others are not', () => {
  const timeout = explain(
    Buffer.from('ssh: connect to host h port 22: Connection timed out\r\n'),
    exitStatus(255),
  );
  expect(timeout).toMatchObject({ kind: 'timeout', retryable: true });
  expect(new ConnectTimeoutError('host', context).retryable).toBe(timeout.retryable);
  const rsyncTimeout = explain(
    Buffer.from(
      'rsync error: timeout in data send/receive (code 30) at io.c(197) [sender=3.2.7]\n',
    ),
    exitStatus(30),
  );
  expect(rsyncTimeout).toMatchObject({ kind: 'rsync', retryable: true });
  expect(new IoTimeoutError('host', context).retryable).toBe(rsyncTimeout.retryable);
  expect(new SpawnError('ENOENT', 'ssh', 'text').retryable).toBe(false);
  expect(new RsyncIoError('ERR_KILLED', 'text').retryable).toBe(false);
});

describe('an error of another copy of this package', () => {
  it('is recognized by instanceof, unlike errors of other classes', async () => {
    vi.resetModules();
    const other: typeof import('../../src/trait/errors.js') =
      await import('../../src/trait/errors.js');
    expect(other.SpawnError).not.toBe(SpawnError);
    const error = new other.SpawnError('ENOENT', 'ssh', 'text');
    expect(error instanceof SpawnError).toBe(true);
    expect(error instanceof RsyncIoError).toBe(true);
    expect(error instanceof InvalidTargetError).toBe(false);
    expect(new SpawnError('ENOENT', 'ssh', 'text') instanceof other.RsyncIoError).toBe(true);
  });

  it('is not confused with other values', () => {
    for (const value of [null, undefined, 'SpawnError', {}, new Error('x'), { code: 'ENOENT' }]) {
      expect(value instanceof RsyncIoError).toBe(false);
    }
  });

  it('may be of a subclass, which recognizes its own instances only', () => {
    class Own extends SpawnError {}
    expect(new Own('ENOENT', 'ssh', 'text') instanceof SpawnError).toBe(true);
    expect(new Own('ENOENT', 'ssh', 'text') instanceof Own).toBe(true);
    expect(new SpawnError('ENOENT', 'ssh', 'text') instanceof Own).toBe(false);
  });

  it('keeps its name if a minifier has renamed its class', () => {
    // The names are strings in the source, so they do not depend on the identifiers.
    const renamed = class a extends RsyncIoError {};
    nameErrorClasses({ RenamedError: renamed });
    expect(new renamed('ERR_X', 'text').name).toBe('RenamedError');
    expect(String(new SpawnError('ENOENT', 'ssh', 'text'))).toBe('SpawnError: text');
  });
});

describe('an exit status', () => {
  it.each([
    [0, null, true, 'exited with status 0'],
    [3, null, false, 'exited with status 3'],
    [null, 'SIGTERM', false, 'was killed by SIGTERM'],
    // No system reports this: a signal is never a success, even with exit code 0.
    [0, 'SIGTERM', false, 'was killed by SIGTERM'],
  ] as const)('of %j and %j is a success: %j', (code, signal, success, text) => {
    const status = exitStatus(code, signal);
    expect(status).toEqual({ code, signal, success });
    expect(describeExitStatus(status)).toBe(text);
    expect(Object.isFrozen(status)).toBe(true);
  });
});

it('a stderr that the child inherited was not captured', () => {
  expect(inheritedSnapshot()).toEqual({
    bytes: new Uint8Array(0),
    totalBytes: 0,
    discardedBytes: 0,
    droppedWarnings: 0,
    backend: 'inherit',
    ended: null,
  });
});

it('the names on diagnostics_channel are part of the contract', () => {
  expect(
    [spawnChannel, stderrLineChannel, fallbackChannel, exitChannel].map(({ name }) => name),
  ).toEqual(['rsync-io:spawn', 'rsync-io:stderr:line', 'rsync-io:fallback', 'rsync-io:exit']);
});
