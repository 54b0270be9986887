import { run } from '../src/run.ts';
import { formatTable } from '../src/table.ts';
import { describe, expect, it } from 'vitest';

describe('a command with a time limit', () => {
  it('is killed with everything it started', async () => {
    // The output ends when no process has the pipe open any more, so the grandchild has ended, too.
    const { status, output } = await run(['sh', '-c', 'sleep 600 & echo begun; wait'], {
      timeoutMs: 500,
    });
    expect(status).toBe(137);
    expect(output).toBe('begun\n\nTimeout: killed after 0.5 s.');
  });

  it('is left alone if it ends in time', async () => {
    const result = await run(['sh', '-c', 'echo done; exit 3'], { timeoutMs: 30_000 });
    expect(result).toEqual({ status: 3, output: 'done\n' });
  });

  it('has status 127 if it cannot be started', async () => {
    expect(await run(['/nonexistent'])).toMatchObject({ status: 127 });
  });
});

it('a table aligns numbers to the right', () => {
  expect(
    formatTable(
      ['name', 'count'],
      [
        ['a', 5],
        ['long', 10],
      ],
    ),
  ).toBe('name  count\na         5\nlong     10');
});
