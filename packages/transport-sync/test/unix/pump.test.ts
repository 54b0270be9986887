import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isAlive } from '@rsync-io/testkit';
import { describe, expect, it } from 'vitest';
import { fixture, start } from '../helpers.js';

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('pumping', () => {
  // Node's own pipes are socketpairs; those of a shell are pipes.
  it.each([
    ['sockets', process.execPath, [fixture('remote-shell'), 'cat; exit 3']],
    [
      'pipes',
      'sh',
      [
        '-c',
        `cat | "$0" "$1" "$2" | cat; exit 3`,
        process.execPath,
        fixture('remote-shell'),
        'cat',
      ],
    ],
  ])('over %s moves both directions at once, without loss', async (_, program, args) => {
    const sent = randomBytes(30_000_000);
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    child.stdin.end(sent);
    const received = await buffer(child.stdout);
    expect(received).toHaveLength(sent.length);
    expect(digest(received)).toBe(digest(sent));
    expect(await exited).toEqual([3, null]);
  });

  it('over files moves to their end', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-pump-'));
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    writeFileSync(from, 'by file\n');
    const [input, output] = [openSync(from, 'r'), openSync(to, 'w')];
    using connection = start(['cat', 'exit:4']);
    connection.pump(input, output);
    expect(connection.wait().code).toBe(4);
    expect(readFileSync(to, 'utf8')).toBe('by file\n');
    closeSync(input);
    closeSync(output);
    rmSync(folder, { recursive: true });
  });

  it('ends with the child, even if another process holds its stdout and the input continues', async () => {
    const args = [fixture('remote-shell'), 'sleep 30 2>/dev/null & echo $!; exit 5'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const sleeper = Number(String(await buffer(child.stdout)));
    expect(await exited).toEqual([5, null]);
    expect(isAlive(sleeper)).toBe(true);
    process.kill(sleeper);
  });

  it('continues to read after the child has closed stdin', async () => {
    const args = [fixture('remote-shell'), 'exec <&-; sleep 0.3; echo done; exit 6'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    child.stdin.on('error', () => {});
    child.stdin.end(randomBytes(5_000_000));
    expect(String(await buffer(child.stdout))).toBe('done\n');
    expect(await exited).toEqual([6, null]);
  });
});
