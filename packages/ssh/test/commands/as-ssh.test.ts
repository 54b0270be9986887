import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describeWithPeers,
  isAlive,
  type SshPeer,
  startOpenSshServer,
  waitUntil,
} from '@rsync-io/testkit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { command, remoteShell, run } from '../helpers.js';
import { describeOnTerminal, everythingFrom, onTerminal } from '../terminal.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-as-ssh-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const node = process.execPath;
const script = command('rsync-io-ssh');

/** A program that is started instead of ssh. */
function ssh(shellScript: string): NodeJS.ProcessEnv {
  const file = path.join(mkdtempSync(path.join(folder, 'ssh-')), 'ssh');
  writeFileSync(file, `#!/bin/sh\n${shellScript}\n`);
  chmodSync(file, 0o755);
  return { ...process.env, RSYNC_IO_SSH_PROGRAM: file };
}

/** Runs a shell command, in which `$shell` is `rsync-io-ssh`. */
const inShell = (line: string, env: NodeJS.ProcessEnv) =>
  run('sh', ['-c', `shell() { '${node}' '${script}' "$@"; }\n${line}`], { env });

const start = (env: NodeJS.ProcessEnv, ...args: string[]) => {
  const child = spawn(node, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const firstNumber = async (stream: NodeJS.ReadableStream) =>
  Number(((await once(stream, 'data')) as [Buffer])[0].toString());

const ended = async (pid: number) => {
  await waitUntil(() => !isAlive(pid), { what: `the end of process ${pid}` });
};

describe('bytes that are not UTF-8', () => {
  it('reach ssh unchanged in arguments and variables', async () => {
    const env = ssh(`printf '%s|' "$@" "$VARIABLE"`);
    const { stdout } = await inShell(
      String.raw`
        VARIABLE=$(printf 'na\357ve\377') export VARIABLE
        shell host "$(printf 'caf\351 \\012')" plain 'é' '' "$(printf '%b' '\001\002\177\200\201\210\377')" \
          | od -An -v -tx1 | tr -d ' \n'`,
      env,
    );
    const words = ['host', 'caf\xe9 \\012', 'plain', '\xc3\xa9', ''];
    const expected = [...words, '\x01\x02\x7f\x80\x81\x88\xff', 'na\xefve\xff', ''].join('|');
    expect(Buffer.from(stdout, 'hex').toString('latin1')).toBe(expected);
  });

  it('reach ssh unchanged even next to a real replacement character', async () => {
    const { stdout } = await inShell(`shell host '\ufffd'`, ssh(`printf '%s' "$2"`));
    expect(stdout).toBe('\ufffd');
  });
});

describe('a failure without a message', () => {
  it('is not explained', async () => {
    expect(await inShell('shell host', ssh('exit 255'))).toMatchObject({ code: 255, stderr: '' });
  });

  it.each(['-q', '-y', '-E /dev/null', '-o LogLevel=QUIET'])(
    'is left so with %s, although the remote wrote something',
    async (option) => {
      const denied = 'user@host: Permission denied (publickey).';
      const env = ssh(`printf '${denied}\\r\\n' >&2; exit 255`);
      const { stderr } = await inShell(`shell ${option} host`, env);
      expect(stderr).toBe(`${denied}\r\n`);
    },
  );

  it('is not explained if a signal to rsync-io-ssh ended ssh', async () => {
    const refused = 'ssh: connect to host h port 22: Connection refused';
    const env = ssh(
      `trap 'printf "${refused}\\r\\n" >&2; exit 255' TERM; echo $$; while :; do sleep 0.05; done`,
    );
    const child = start(env, 'host');
    const shown = everythingFrom(child, 'stderr');
    await firstNumber(child.stdout);
    child.kill('SIGTERM');
    expect((await shown).toString()).toBe(`${refused}\r\n`);
    expect(child.exitCode).toBe(255);
  });
});

describe('an ssh in the background', () => {
  it.each(['-f', '-o ForkAfterAuthentication=yes'])('keeps stderr, with %s', async (option) => {
    const env = ssh('(sleep 0.5; echo late >&2) & exit 0');
    expect(await inShell(`shell ${option} host`, env)).toMatchObject({ code: 0, stderr: 'late\n' });
  });
});

describe('signals', () => {
  it.each(['SIGALRM', 'SIGXCPU', 'SIGUSR2'] as const)('pass %s on', async (signal) => {
    const child = start(ssh('echo $$; exec sleep 60'), 'host');
    const pid = await firstNumber(child.stdout);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([null, signal]);
    await ended(pid);
  });

  it.runIf(process.platform === 'linux')('end ssh when rsync-io-ssh is killed', async () => {
    const child = start(ssh('echo $$; exec sleep 60'), 'host');
    const pid = await firstNumber(child.stdout);
    child.kill('SIGKILL');
    await ended(pid);
  });

  it.runIf(process.platform === 'linux')('stop and continue rsync-io-ssh with ssh', async () => {
    // In a new session, without a terminal: with one, the kernel would not stop an orphaned process group.
    const env = ssh('echo $$; kill -STOP $$; echo continued');
    const child = spawn(node, [script, 'host'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const shown = everythingFrom(child, 'stdout');
    const state = () => /\) (.) /.exec(readFileSync(`/proc/${child.pid}/stat`, 'latin1'))?.[1];
    await waitUntil(() => state() === 'T', { what: 'rsync-io-ssh to stop' });
    child.kill('SIGCONT');
    expect((await shown).toString()).toMatch(/^\d+\ncontinued\n$/);
  });

  it('do not end a transfer that nohup or trap protects from SIGHUP', async () => {
    const env = ssh('kill -HUP $PPID; kill -HUP $$; sleep 0.2; echo survived');
    if (process.platform === 'linux') {
      const trapped = await inShell(`trap '' HUP; shell host; true`, env);
      expect(trapped.stdout).toBe('survived\n');
    }
    const { stdout } = await inShell(`_=/usr/bin/nohup; export _; '${node}' '${script}' host`, env);
    expect(stdout).toBe('survived\n');
  });
});

it('starts ssh with few descriptors, or reports that there are too few', async () => {
  const env = ssh('echo started');
  const empty = path.join(folder, 'empty.cjs');
  writeFileSync(empty, 'require("child_process")');
  const limited = (limit: number, file: string) =>
    run('sh', ['-c', `ulimit -n ${limit}; exec '${node}' '${file}' host`], { env });
  let limit = 18;
  while ((await limited(limit, empty)).code !== 0) limit += 1;
  for (const more of [2, 4, 6]) {
    const { stdout, stderr } = await limited(limit + more, script);
    if (stdout !== 'started\n') expect(stderr).toMatch(/^rsync-io-ssh: .*too few file descriptors/);
  }
});

it('treats an empty RSYNC_IO_SSH_PROGRAM as unset', async () => {
  const bin = path.dirname(ssh('echo found')['RSYNC_IO_SSH_PROGRAM'] as string);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, RSYNC_IO_SSH_PROGRAM: '' };
  expect((await inShell('shell host', env)).stdout).toBe('found\n');
});

describeOnTerminal('on a terminal', () => {
  const shown = async (...options: string[]) => {
    const env = ssh(String.raw`printf '\033]0;title\007\351\n' >&2`);
    const child = onTerminal([script, ...options, 'host'], env);
    return (await everythingFrom(child, 'stdout')).toString('latin1');
  };

  it('control sequences are shown escaped', async () => {
    expect(await shown()).toBe(`\\#033]0;title\\#007\\#351\r\n`);
  });

  it.runIf(process.platform === 'linux')(
    'a suspended ssh ends as plain ssh for the shell',
    async () => {
      const line = `set -m; '${node}' '${script}' host; echo "status $?"; fg`;
      const shell = `require('child_process').spawnSync('sh', ['-c', process.argv[1]], { stdio: 'inherit' })`;
      const child = onTerminal(['-e', shell, line], ssh('kill -TSTP $$; echo continued'));
      const text = (await everythingFrom(child, 'stdout')).toString();
      // 128 + SIGTSTP
      expect(text).toMatch(/status 148\r\n[^]*continued\r\n$/);
    },
  );

  it('control sequences pass with --policy raw', async () => {
    expect(await shown('--policy', 'raw')).toBe('\x1b]0;title\x07\xe9\r\n');
  });
});

describeWithPeers(['ssh', 'sshd', 'rsync'], 'rsync --delete with names of all byte values', () => {
  let server: SshPeer;
  beforeAll(async () => void (server = await startOpenSshServer()));
  afterAll(() => server.close());

  it('changes the given folder and no other', async () => {
    const bytes = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1)).filter((b) => b !== 47);
    const high = bytes.filter((byte) => byte >= 128 && byte % 2 === 1);
    const at = (...names: (string | Uint8Array)[]) =>
      Buffer.concat(names.flatMap((name) => [Buffer.from('/'), Buffer.from(name as string)]));
    const [source, target] = [at(folder.slice(1), 'source'), at(folder.slice(1), high)];
    const other = at(folder.slice(1), Buffer.from(high).toString());
    for (const parent of [source, target, other]) mkdirSync(parent);
    writeFileSync(Buffer.concat([target, at('stale')]), '');
    writeFileSync(Buffer.concat([other, at('precious')]), '');
    for (const byte of bytes) {
      if (byte !== 46) writeFileSync(Buffer.concat([source, at(Uint8Array.of(byte))]), 'content');
    }
    writeFileSync(path.join(folder, 'target'), target);
    const { status, stderr } = spawnSync(
      'sh',
      [
        '-c',
        'exec rsync -a --delete -e "$0" "$1" "$2:$(cat "$3")/"',
        `${remoteShell} ${server.sshArgs.join(' ')}`,
        `${source.toString()}/`,
        server.host,
        path.join(folder, 'target'),
      ],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const names = (of: Buffer) => readdirSync(of, 'latin1').toSorted();
    expect(names(target)).toEqual(names(source));
    expect(names(other)).toEqual(['precious']);
  });
});
