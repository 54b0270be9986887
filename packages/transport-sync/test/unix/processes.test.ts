import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { isAlive, waitUntil } from '@rsync-io/testkit';
import { describe, expect, it } from 'vitest';
import { fixture, start, text } from '../helpers.js';

type Stdio = 'pipe' | 'ignore';
/** Without the warning that a starved thread is slow: tests compare stderr. */
const run = (name: string, args: string[], stderr: Stdio = 'pipe') => {
  const node = ['--disable-warning=RSYNC_IO_SLOW_THREAD', fixture(name), ...args];
  return spawn(process.execPath, node, { stdio: ['ignore', 'pipe', stderr] });
};

describe('the end of the process', () => {
  it.each([
    ['by process.exit()', 'exit', 3],
    ['by an uncaught error', 'throw', 1],
    ['because nothing is left to do', 'return', 0],
  ])(
    '%s is not held up by live connections, and takes their children along',
    async (_, how, code) => {
      const program = run('live-at-exit', [how], 'ignore');
      const exited = once(program, 'exit');
      const pids = (await textOf(program.stdout as NodeJS.ReadableStream))
        .trim()
        .split(' ')
        .map(Number);
      expect(await exited).toEqual([code, null]);
      expect(pids).toHaveLength(3);
      await waitUntil(() => !pids.some(isAlive), { what: 'the children to be gone' });
    },
  );

  it('is not delayed by a stderr that nobody reads', async () => {
    const flood = 'head -c 10000000 /dev/zero >&2';
    const program = run('blocked', [flood, '500']);
    expect(await once(program, 'exit')).toEqual([5, null]);
  });
});

describe('the drain thread', () => {
  it('starts in a program that is passed on the command line', async () => {
    const script = `
      import { SshCommand } from '@rsync-io/aux-channel';
      import { SshConnection } from '@rsync-io/transport-sync';
      console.log(SshConnection.spawn(SshCommand.raw('sh', ['-c', 'exit 6']), { backends: [] }).wait().code);`;
    const node = [...process.execArgv, '--input-type=module', '-e', script];
    const program = spawn(process.execPath, node, {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await textOf(program.stdout)).toBe('6\n');
  });
});

describe('forwarding', () => {
  it('is visible while the main thread is blocked', async () => {
    const program = run('blocked', ['echo early >&2; exec sleep 60']);
    const [first] = (await once(program.stderr as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(text(first)).toBe('early\n');
    program.kill('SIGKILL');
    await once(program, 'exit');
  });

  it('shows a prompt without a newline while the main thread is blocked', async () => {
    const program = run('blocked', ['printf "Password: " >&2; exec sleep 60']);
    const [first] = (await once(program.stderr as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(text(first)).toBe('Password: ');
    program.kill('SIGKILL');
    await once(program, 'exit');
  });

  it('to a slow reader loses no byte', async () => {
    const script = 'head -c 3000000 /dev/zero | tr "\\0" "\\n" >&2; exit 4';
    const program = run('blocked', [script]);
    const exited = once(program, 'exit');
    let received = '';
    for await (const chunk of program.stderr as AsyncIterable<Buffer>) {
      received += text(chunk);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await exited).toEqual([4, null]);
    const lines = received.lastIndexOf('\n\n') + 2;
    expect(lines).toBe(3_000_000);
    expect(received.slice(lines)).toMatch(/^ssh process exited with status 4: .*\n$/);
  });
});

describe('a connection with few spare descriptors', () => {
  it.each([0, 3, 6, 9, 11])('fails clearly with %i spare ones', async (spare) => {
    expect(await shortOf(spare)).toBe('SpawnError EMFILE\n');
  });

  it('works with 12, if need be without its channel (Node 22 takes more for a thread)', async () => {
    expect(await shortOf(12)).toMatch(/^3 (?:x\n)?$/);
  });

  it('works with 20, and has its channel', async () => {
    expect(await shortOf(20)).toBe('3 x\n');
  });

  it('that asks for a backend which cannot be loaded gets it when there are enough again', async () => {
    const script = 'ulimit -n 64; exec "$0" "$1"';
    const args = ['-c', script, process.execPath, fixture('late-backend')];
    const program = spawn('sh', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const { attempts, then } = JSON.parse(await textOf(program.stdout)) as Record<string, unknown>;
    expect(attempts).toContain('inherit');
    expect(then).toBe('socketpair');
  });

  async function shortOf(spare: number): Promise<string> {
    const script = `ulimit -n 64; exec "$0" "$1" ${spare}`;
    const args = ['-c', script, process.execPath, fixture('short-of-descriptors')];
    const program = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return textOf(program.stdout);
  }
});

describe('another process', () => {
  it('that was forked has its own thread', async () => {
    start('true').wait();
    const forked = fork(fixture('live-at-exit'), ['exit'], {
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    expect(await once(forked, 'exit')).toEqual([3, null]);
  });
});
