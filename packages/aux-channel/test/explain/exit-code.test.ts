import { expect, it } from 'vitest';
import { rsyncExitCode } from '../../src/explain/exit-code.js';
import {
  ConnectTimeoutError,
  InvalidTargetError,
  IoTimeoutError,
  RsyncIoError,
  SpawnError,
} from '../../src/trait/errors.js';
import { exitStatus } from '../../src/trait/exit-status.js';

const context = { timeoutMs: 1, stderr: new Uint8Array(0) };

it.each([
  ['success', exitStatus(0), 0, 0],
  ['a code of its own', exitStatus(23), 0, 23],
  ['the code of ssh', exitStatus(255), 12, 255],
  ['the worse code of the transfer', exitStatus(1), 23, 23],
  ['an interruption', exitStatus(null, 'SIGINT'), 0, 20],
  ['a kill', exitStatus(null, 'SIGKILL'), 0, 16],
  ['the connect watchdog', new ConnectTimeoutError('h', context), 0, 35],
  ['the I/O watchdog', new IoTimeoutError('h', context), 23, 30],
  ['an abort', new DOMException('x', 'AbortError'), 0, 20],
  ['an AbortSignal.timeout()', new DOMException('x', 'TimeoutError'), 0, 30],
  ['a wait() with a limit', new RsyncIoError('ERR_WAIT_TIMEOUT', 'x'), 0, 30],
  ['a target that was refused', new InvalidTargetError('x'), 0, 1],
  ['a program that does not start', new SpawnError('ENOENT', 'ssh', 'x'), 0, 14],
  ['any other error', new Error('x'), 0, 14],
  ['no error at all', undefined, 0, 14],
])('the exit code of rsync for %s', (_what, outcome, base, code) => {
  expect(rsyncExitCode(outcome, base)).toBe(code);
});
