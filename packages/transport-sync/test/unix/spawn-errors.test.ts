import { spawnSync } from 'node:child_process';
import { describeWithPeers } from '@rsync-io/testkit';
import { expect, it } from 'vitest';
import { fixture } from '../helpers.js';

/** Runs a program in a separate process, and returns its output. */
function run(name: string, before: readonly string[] = []): unknown {
  const [program, ...args] = [...before, process.execPath, ...process.execArgv, fixture(name)];
  const { stdout, stderr } = spawnSync(program as string, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as unknown;
}

// /proc lists the open descriptors.
describeWithPeers(['strace'], 'a failed system call causes a SpawnError', () => {
  it('if there is no memory for the wire', () => {
    const failing = (step: number) => [
      'strace',
      ...['-f', '-qqq', '-o', '/dev/null', '-e', 'trace=socketpair'],
      ...['-e', `inject=socketpair:error=ENOMEM:when=${step}`],
    ];
    for (const step of [1, 2]) {
      expect(run('spawn-error', failing(step))).toEqual({
        name: 'SpawnError',
        code: 'ENOMEM',
        message: 'Cannot start "true": socketpair: ENOMEM',
        left: 0,
      });
    }
  });

  it('if no thread can be started', () => {
    expect(run('no-thread')).toEqual({
      name: 'SpawnError',
      code: 'ERR_WORKER_INIT_FAILED',
      message:
        'Cannot start "true": the thread that serves it does not start ' +
        '(Worker initialization failure: EAGAIN).',
      left: 0,
    });
  });
});
