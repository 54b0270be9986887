import { describe, expect, it } from 'vitest';
import { run } from '../src/run.js';

describe('a command', () => {
  it('that hangs is killed with all that it started', { timeout: 30_000 }, async () => {
    // The end of the output comes when nobody holds it any more, so the grandchild has ended, too.
    const { status, output } = await run(['sh', '-c', 'sleep 600 & echo begun; wait'], {
      timeoutMs: 500,
    });
    expect(status).toBe(137);
    expect(output).toBe('begun\n\nIt hung: killed after 0.5 s.');
  });

  it('that ends in time is not', async () => {
    const { status, output } = await run(['sh', '-c', 'echo done; exit 3'], { timeoutMs: 30_000 });
    expect({ status, output }).toEqual({ status: 3, output: 'done\n' });
  });
});
