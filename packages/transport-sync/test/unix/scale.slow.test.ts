import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fixture } from '../helpers.js';

interface Census {
  processes: number;
  threads: number;
  descriptors: number;
  rss: number;
  heap: number;
}

async function many(mode: string, n: number): Promise<Record<string, Census>> {
  const args = ['--expose-gc', fixture('many'), mode, String(n)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Record<string, Census>;
}

describe.runIf(process.platform === 'linux')('one drain thread', () => {
  it('serves a thousand connections at once', async () => {
    const { idle, before, during, after } = await many('concurrent', 1_000);
    expect((during as Census).threads - (idle as Census).threads).toBeLessThanOrEqual(2);
    const perConnection = ((during as Census).rss - (before as Census).rss) / 1_000;
    expect(perConnection).toBeLessThanOrEqual(100_000);
    expect(after?.processes).toBe(0);
    expect(after?.descriptors).toBe(before?.descriptors);
    expect(after?.threads).toBe(before?.threads);
  });

  it('releases everything of a thousand consecutive connections, even without a turn of the event loop', async () => {
    const { before, during, after } = await many('in-a-row', 1_000);
    expect(after?.processes).toBe(0);
    expect(after?.descriptors).toBe(before?.descriptors);
    expect(after?.threads).toBe(before?.threads);
    // Measured in the second half, because Node allocates some memory once, in the first.
    expect(((after as Census).heap - (during as Census).heap) / 500).toBeLessThan(1_000);
    // The drain thread collects its garbage when it likes, so this is a limit for leaks outside the heap.
    expect((after as Census).rss - (during as Census).rss).toBeLessThan(50_000_000);
  });
});
