import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive, program, type ProgramName, waitUntil } from '../src/index.js';

/** Touching `process.stderr` makes a pipe on fd 2 non-blocking, so that a write to a full one fails with EAGAIN. */
const NON_BLOCKING = ['--import', 'data:text/javascript,process.stderr'];

function start(
  name: ProgramName,
  args: readonly (string | number)[] = [],
  nodeArgs: string[] = [],
) {
  return spawn(process.execPath, [...nodeArgs, program(name), ...args.map(String)], {
    stdio: 'pipe',
  });
}

/** Exit status, and what the program wrote. Does not wait for grandchildren. */
async function run(...parameters: Parameters<typeof start>) {
  const child = start(...parameters);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    buffer(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, code: code as number };
}

/** A pid as a program printed it. Never 0, which kill(2) takes for the caller's own process group. */
function pidFrom(text: string): number {
  const pid = Number(text);
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`no pid: ${JSON.stringify(text)}`);
  return pid;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let folder: string;
beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-programs-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('write-stderr', () => {
  it('writes lines of 80 bytes and exits as told', async () => {
    const { stderr, code } = await run('write-stderr', [160, 'lines', 7]);
    expect(stderr.toString()).toBe(`${'x'.repeat(79)}\n`.repeat(2));
    expect(code).toBe(7);
  });

  it('writes every byte value in turn, across its blocks', async () => {
    const { stderr } = await run('write-stderr', [3_000_001, 'bytes']);
    expect(stderr.length).toBe(3_000_001);
    expect(stderr.findIndex((byte, i) => byte !== i % 256)).toBe(-1);
  });

  it('numbers lines without a gap, across its blocks', async () => {
    const { stderr } = await run('write-stderr', [3_000_000, 'numbered']);
    const lines = stderr.toString().trimEnd().split('\n');
    expect(lines.length).toBe(150_000);
    expect(lines.findIndex((line, i) => Number(line.slice(5)) !== i)).toBe(-1);
  });

  it('writes a blob without a newline', async () => {
    const { stderr } = await run('write-stderr', [100_000, 'blob']);
    expect([stderr.length, stderr.includes('\n')]).toEqual([100_000, false]);
  });
});

describe('on a non-blocking fd 2 that is full', () => {
  const flood = Buffer.alloc(3_000_000, `${'x'.repeat(79)}\n`);

  it('write-stderr loses nothing', async () => {
    const { stderr, code } = await run('write-stderr', [flood.length, 'lines', 3], NON_BLOCKING);
    expect([code, sha256(stderr)]).toEqual([3, sha256(flood)]);
  });

  it('stderr-then-stdout loses nothing', async () => {
    const { stdout, stderr, code } = await run('stderr-then-stdout', [3_000_000], NON_BLOCKING);
    expect([code, stdout, stderr.length]).toEqual([0, 'done', 3_000_000]);
  });

  it('grandchild loses nothing', async () => {
    const child = start('grandchild', [flood.length, 3], NON_BLOCKING);
    const stderr = buffer(child.stderr);
    const [[code], pid] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    process.kill(pidFrom(pid), 'SIGKILL');
    expect([code, sha256(await stderr)]).toEqual([3, sha256(flood)]);
  });
});

describe('grandchildren', () => {
  it('hold fd 2 open after their parent', async () => {
    const child = start('grandchild', [10, 3]);
    let ended = false;
    child.stderr.on('end', () => (ended = true)).resume();
    const [[code], pid] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    expect([code, ended, isAlive(pidFrom(pid))]).toEqual([3, false, true]);
    process.kill(pidFrom(pid), 'SIGKILL');
    await once(child, 'close');
  });

  it('that chatter report that every write succeeded while somebody reads', async () => {
    const report = path.join(folder, 'read');
    const { stderr } = await run('chatty-grandchild', [0.1, report]);
    expect(stderr.toString()).toMatch(/^(chatter\n)+$/);
    expect(readFileSync(report, 'utf8')).toBe('every write succeeded');
  });

  it('that chatter report the error when nobody reads any more', async () => {
    const report = path.join(folder, 'unread');
    const child = start('chatty-grandchild', [30, report]);
    const pid = pidFrom(await text(child.stdout));
    child.stderr.destroy();
    await waitUntil(() => !isAlive(pid), { what: 'the grandchild to notice' });
    expect(readFileSync(report, 'utf8')).toMatch(/^(EPIPE|ECONNRESET)$/);
  });
});

describe('the other programs', () => {
  it('ignore-term lives through SIGTERM', async () => {
    const child = start('ignore-term');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

describe('the fake remote shell', () => {
  it('passes over the options of ssh and runs the command', async () => {
    const options = ['-p', 22, '-l', 'user', '-oBatchMode=yes', '-4', '-v', '--'];
    const command = ['printf', "'%s'", '"$((6 * 7))"', ';', 'exit', 5];
    const { stdout, code } = await run('fake-remote-shell', [...options, 'host', ...command]);
    expect([stdout, code]).toEqual(['42', 5]);
  });

  it.each([
    ['refused.invalid', 'ssh: connect to host refused.invalid port 22: Connection refused\r\n'],
    ['denied.invalid', 'user@denied.invalid: Permission denied (publickey).\r\n'],
  ])("fails for %s in OpenSSH's own words", async (host, words) => {
    const { stderr, code } = await run('fake-remote-shell', [host, 'true']);
    expect([stderr.toString(), code]).toEqual([words, 255]);
  });
});
