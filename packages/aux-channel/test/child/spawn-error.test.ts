import { describe, expect, it } from 'vitest';
import { SshCommand } from '../../src/command/ssh-command.js';
import { SpawnError } from '../../src/trait/errors.js';
import { spawnError } from '../../src/child/spawn-error.js';

const failed = (code: string | undefined, message = 'spawn said so') =>
  Object.assign(new Error(message), code === undefined ? {} : { code });
const of = (
  code: string | undefined,
  { program = 'ssh', cwd }: { program?: string; cwd?: string } = {},
) =>
  spawnError(SshCommand.raw(program, [], { ...(cwd === undefined ? {} : { cwd }) }), failed(code));

describe('the error of a failed start', () => {
  it.each([
    ['ENOENT', {}, 'there is no such program (ENOENT). Install it, or give its full path.'],
    [
      'ENOENT',
      { cwd: import.meta.dirname },
      'there is no such program (ENOENT). Install it, or give its full path.',
    ],
    ['ENOENT', { cwd: '/no/such' }, 'its working directory "/no/such" does not exist (ENOENT).'],
    [
      'ENOENT',
      { cwd: import.meta.filename },
      `its working directory ${JSON.stringify(import.meta.filename)} does not exist (ENOENT).`,
    ],
    ['EACCES', {}, 'it may not be executed (EACCES). Check its permissions.'],
    [
      'EMFILE',
      {},
      'too few file descriptors are left (EMFILE). Close some, or raise the limit (ulimit -n).',
    ],
    [
      'ENFILE',
      {},
      'too few file descriptors are left (ENFILE). Close some, or raise the limit (ulimit -n).',
    ],
    ['E2BIG', {}, 'its arguments and environment are too long for the system (E2BIG).'],
    [
      'ENAMETOOLONG',
      {},
      'its arguments and environment are too long for the system (ENAMETOOLONG).',
    ],
    [
      'ERR_ACCESS_DENIED',
      {},
      "Node's permission model forbids it (ERR_ACCESS_DENIED). Start Node with --allow-child-process and --allow-worker.",
    ],
    ['EINVAL', {}, 'spawn said so'],
    ['EAGAIN', {}, 'spawn said so'],
  ])('explains for %s and %j what to do', (code, options, reason) => {
    const error = of(code, options);
    expect(error).toBeInstanceOf(SpawnError);
    expect(error).toMatchObject({ name: 'SpawnError', code, program: 'ssh' });
    expect(error.message).toBe(`Cannot start "ssh": ${reason}`);
  });

  it.each(['ssh.bat', 'C:\\bin\\SSH.CMD'])('recognizes %s as a batch file', (program) => {
    expect(of('EINVAL', { program }).message).toContain(
      'it is a batch file (EINVAL). Give the program that it starts.',
    );
  });

  it.each(['ssh.bat.exe', 'ssh.cmdx', 'bat'])('does not treat %s as a batch file', (program) => {
    expect(of('EINVAL', { program }).message).toMatch(/: spawn said so$/);
  });

  it('has a code even if the system returned none', () => {
    expect(of(undefined).code).toBe('ERR_SPAWN');
  });

  it('keeps the cause without the arguments that Node adds to it', () => {
    const cause = Object.assign(failed('ENOENT'), { spawnargs: ['--password', 'hunter2'] });
    const error = spawnError(SshCommand.raw('ssh'), cause);
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.cause)).not.toContain('hunter2');
    expect('spawnargs' in cause).toBe(false);
  });
});
