import { describe, expect, it } from 'vitest';
import {
  exitChannel,
  fallbackChannel,
  spawnChannel,
  stderrLineChannel,
} from '../../src/trait/diagnostics.js';
import {
  BackendUnavailableError,
  ConnectTimeoutError,
  InvalidTargetError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
  TransportStateError,
} from '../../src/trait/errors.js';
import { describeExitStatus, exitStatus } from '../../src/trait/exit-status.js';
import { inheritedSnapshot } from '../../src/drain/inherited-snapshot.js';

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
  ])('says what happened and what to do, and can be told apart: %o', (error, fields, message) => {
    expect(error).toBeInstanceOf(RsyncIoError);
    expect(error).toMatchObject(fields);
    expect(error.message).toBe(message);
  });
});

describe('an exit status', () => {
  it.each([
    [0, null, true, 'exited with status 0'],
    [3, null, false, 'exited with status 3'],
    [null, 'SIGTERM', false, 'was killed by SIGTERM'],
    // What no system reports: a signal is no success, whatever stands beside it.
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
