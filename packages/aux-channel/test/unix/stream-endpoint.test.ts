import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { StreamEndpoint } from '../../src/drain/stream-endpoint.js';
import { loadKoffi } from '../../src/native/koffi.js';
import { bindUnix } from '../../src/native/unix.js';

const unix = bindUnix(loadKoffi(import.meta.url));
const built = JSON.stringify(new URL('../../dist/backend.js', import.meta.url).href);

/** Blocks this thread, so that its event loop reads nothing. */
function blockUntil(condition: () => boolean): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waits = 0; waits < 3_000; waits++) {
    if (condition()) return;
    Atomics.wait(clock, 0, 0, 10);
  }
  throw new Error('The condition did not become true within 30 s.');
}

it.each([
  ['with FIONREAD', { queuedBytes: unix.queuedBytes }],
  ['without FIONREAD', {}],
])('reads a queue larger than the default one whole, %s', async (_, parts) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rsync-io-queue-'));
  const file = path.join(folder, 'count');
  const report = openSync(file, 'w');
  // Raises the send buffer of its fd 2, fills it, and reports on fd 1 how much it took.
  const script = `
    const { bindUnix, loadKoffi } = await import(${built});
    const unix = bindUnix(loadKoffi(${JSON.stringify(import.meta.url)}));
    unix.setSendBuffer(2, 16_777_216);
    let total = 0;
    for (let count; (count = unix.send(2, new Uint8Array(16_384))) > 0; ) total += count;
    require('node:fs').writeSync(1, total + '\\n');
    process.stdin.resume().on('end', () => process.exit());`;
  const prelude = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', prelude + script], {
    stdio: ['pipe', report, 'pipe'],
  });
  const endpoint = new StreamEndpoint({
    backend: 'pipe',
    childStdio: 'pipe',
    open: ({ stderr }) => stderr as Readable,
    ...parts,
  });
  endpoint.attach(child);
  blockUntil(() => readFileSync(file, 'latin1').endsWith('\n'));
  const total = Number(readFileSync(file, 'latin1'));
  expect(total).toBeGreaterThan(262_144);

  let received = 0;
  const receive = (chunk: Uint8Array) => void (received += chunk.length);
  expect(endpoint.takeQueued(receive)).toBe('open');
  expect(received).toBe(total);

  child.stdin?.end();
  await once(child, 'exit');
  expect(endpoint.takeQueued(receive)).toBe('eof');
  expect(received).toBe(total);
  endpoint.shutdownRead();
  closeSync(report);
  rmSync(folder, { recursive: true });
});
