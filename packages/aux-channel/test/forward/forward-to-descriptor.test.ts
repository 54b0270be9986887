import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Drains a child that floods its stderr, and forwards it to fd 2 of the process it runs in. */
const forwarding = (bytes: number) => `
  import { spawn } from 'node:child_process';
  import { buildStderrChannel } from '@rsync-io/aux-channel';
  process.stderr; // Sets O_NONBLOCK on the description behind fd 2, so that writes fail with EAGAIN.
  const flood = \`
    const { writeSync } = require('node:fs');
    const block = Buffer.alloc(65536, 'y'.repeat(63) + String.fromCharCode(10));
    for (let left = ${bytes}; left > 0;) left -= writeSync(2, block, 0, Math.min(left, block.length));\`;
  const child = spawn(process.execPath, ['-e', flood], { stdio: ['ignore', 'ignore', 'pipe'] });
  const channel = buildStderrChannel(null, child, { forward: { to: 2 } });
  child.once('exit', () => channel.join());
`;

describe('forwarding to a descriptor', () => {
  it('loses no byte with a slow reader of a non-blocking descriptor', async () => {
    const bytes = 3_000_000;
    const child = spawn(process.execPath, ['--input-type=module', '-e', forwarding(bytes)], {
      cwd: path.join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const closed = once(child, 'close');
    let received = 0;
    child.stderr.on('data', (chunk: Buffer) => {
      received += chunk.length;
      child.stderr.pause();
      setTimeout(() => child.stderr.resume(), 5);
    });
    await closed;
    expect(received).toBe(bytes);
  });

  it('ends with the reader, and the process continues', async () => {
    const script = `${forwarding(500_000)}
      child.once('exit', async () => { await channel.join(); console.log(channel.snapshot().totalBytes); });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: path.join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.destroy();
    const [[output]] = (await Promise.all([once(child.stdout, 'data'), once(child, 'close')])) as [
      [Buffer],
      unknown,
    ];
    expect(Number(output.toString())).toBe(500_000);
  });
});
