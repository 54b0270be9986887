import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { ChildStderrEndpoint } from '../../src/drain/child-stderr-endpoint.js';

it("reads what the kernel holds of Node's own pipe, and knows whether a writer is left", async () => {
  const script = `
    require('node:fs').writeSync(2, 'queued');
    process.stdin.resume().on('end', () => process.exit());`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'pipe' });
  const endpoint = new ChildStderrEndpoint();
  endpoint.attach(child);
  const chunks: string[] = [];
  const receive = (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk).toString());
  // The event loop stands still, so nobody else reads.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waits = 0; chunks.length === 0 && waits < 3_000; waits++) {
    expect(endpoint.takeQueued(receive)).toBe('open');
    Atomics.wait(clock, 0, 0, 10);
  }
  expect(chunks).toEqual(['queued']);
  child.stdin.end();
  await once(child, 'exit');
  expect(endpoint.takeQueued(receive)).toBe('eof');
  endpoint.shutdownRead();
});
