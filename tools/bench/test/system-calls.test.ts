import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithPeers, program } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

/*
 * The cost of fixed work, counted and not timed: system calls of this process, by strace. A regression
 * (a write for every line, a block of memory for every read, a module more to find at the start) shows
 * on any machine, however busy. The bounds are what was counted on Linux 6.18 with Node 20 to 24, and some.
 */

const MIB = 1_048_576;
const onVariant = ['-C', 'ssh-socketpair-stderr'];
const entry = (name: string) => fileURLToPath(import.meta.resolve(name));
const from = (name: string) => `from ${JSON.stringify(`file://${entry(name)}`)}`;

describeWithPeers(['strace'], 'the system calls of', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-gate-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Counts the calls of one process and its threads, not of its children. */
  function count(args: readonly string[], calls: readonly string[]): Map<string, number> {
    const log = path.join(folder, 'calls');
    const { status, stderr } = spawnSync(
      'strace',
      // One file for each process: children are left out by taking the first one's threads only.
      [
        '-ff',
        '-qq',
        '-e',
        `trace=${calls.join(',')}`,
        '-e',
        'signal=none',
        '-o',
        log,
        process.execPath,
        ...args,
      ],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
    );
    if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
    const counted = new Map<string, number>();
    const { pid, threads } = JSON.parse(/^PIDS (.*)$/m.exec(stderr)?.[1] ?? '{}') as {
      pid: number;
      threads: number[];
    };
    for (const id of new Set([pid, ...threads])) {
      for (const line of readFileSync(`${log}.${id}`, 'utf8').split('\n')) {
        const name = /^(\w+)\(/.exec(line)?.[1];
        if (name !== undefined) counted.set(name, (counted.get(name) ?? 0) + 1);
      }
    }
    return counted;
  }

  /** Ends a script: prints the tasks of this process. */
  const TELL = `
    const { readdirSync } = await import('node:fs');
    console.error('PIDS ' + JSON.stringify({ pid: process.pid, threads: readdirSync('/proc/self/task').map(Number) }));`;

  const transfer = (bytes: number, options: string) => `
    import { SshCommand } ${from('@rsync-io/aux-channel')};
    import { socketpairBackend } ${from('@rsync-io/socketpair')};
    import { AsyncSshTransport } ${from('@rsync-io/transport-async/ssh-socketpair-stderr')};
    import { openSync } from 'node:fs';
    const command = SshCommand.raw(process.execPath, [${JSON.stringify(program('write-stderr'))}, '${bytes}', 'lines']);
    const transport = await AsyncSshTransport.spawn(command, { backends: [socketpairBackend], ${options} });
    await transport.wait();
    ${TELL}`;
  const script = (text: string) => [...onVariant, '--input-type=module', '-e', text];
  const sum = (counted: Map<string, number>, ...names: string[]) =>
    names.reduce((total, name) => total + (counted.get(name) ?? 0), 0);

  it('draining do not grow with what is drained, but for the reads', () => {
    const memory = ['mmap', 'munmap', 'madvise', 'brk', 'mremap'];
    const small = count(script(transfer(MIB, 'forward: false')), memory);
    const large = count(script(transfer(64 * MIB, 'forward: false')), memory);
    expect(sum(large, ...memory) - sum(small, ...memory)).toBeLessThan(100);
  });

  it('forwarding 800,000 lines are at most two writes for each read', () => {
    const options = `forward: { to: openSync('/dev/null', 'w') }`;
    const calls = ['read', 'readv', 'recvmsg', 'recvfrom', 'write', 'writev'];
    const counted = count(script(transfer(64 * MIB, options)), calls);
    const reads = sum(counted, 'read', 'readv', 'recvmsg', 'recvfrom');
    const writes = sum(counted, 'write', 'writev');
    expect(writes).toBeGreaterThan(100);
    expect(writes).toBeLessThan(2 * reads + 100);
    expect(reads).toBeLessThan((64 * MIB) / 4_096);
  });

  it('starting rsync-io-ssh open few files beyond those of Node itself', () => {
    const manifest = createRequire(import.meta.url).resolve('@rsync-io/ssh/package.json');
    const bin = path.join(path.dirname(manifest), 'bin/rsync-io-ssh.js');
    const hook = `data:text/javascript,${encodeURIComponent(
      `import { writeSync, readdirSync } from 'node:fs'; process.on('exit', () => writeSync(2, 'PIDS ' + JSON.stringify({ pid: process.pid, threads: readdirSync('/proc/self/task').map(Number) }) + '\\n'));`,
    )}`;
    const opened = (...args: string[]) =>
      sum(count(['--import', hook, ...args], ['open', 'openat']), 'open', 'openat');
    const bare = opened('-e', '0');
    expect(opened(bin, '-V') - bare).toBeLessThan(20);
  });
});
