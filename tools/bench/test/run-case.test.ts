import { describe, expect, it } from 'vitest';
import { inTurn, runCase } from '../src/measure/run-case.ts';
import { type Bench, NotRunError, openCase, type Runs } from '../src/open-case.ts';
import { benchCase } from './result.ts';

const bench = (signal = new AbortController().signal): Bench => ({
  quick: true,
  signal,
  programs: { c: null },
  atEnd: [],
});

/** A case that records its runs. */
function recorded(more: Runs = {}) {
  const events: string[] = [];
  const run = (id: string) => async () => {
    events.push(id);
    return { throughput: events.length };
  };
  const open = async (_: unknown, { atEnd }: Bench) => {
    atEnd.push(() => events.push('closed'));
    return { channel: run('channel'), node: run('node'), ...more };
  };
  return { open, events };
}

describe('a case', () => {
  it('takes turns at who goes first, and is closed at the end', async () => {
    const { open, events } = recorded();
    const steps: string[] = [];
    const result = await runCase(benchCase, bench(), (step) => steps.push(step), Infinity, open);
    expect(events).toEqual(['channel', 'node', 'node', 'channel', 'channel', 'node', 'closed']);
    expect(steps.slice(0, 3)).toEqual([
      'round 1 of 3, the <channel>',
      'round 1 of 3, Node',
      'round 2 of 3, Node',
    ]);
    expect(result).toMatchObject({ notRun: null, failed: false });
    expect(result.samples['channel']).toEqual([1, 4, 5].map((throughput) => ({ throughput })));
  });

  it('rotates any number of contenders', () => {
    expect(inTurn(['a', 'b', 'c'], 4)).toEqual(['b', 'c', 'a']);
  });

  it('may get several samples from one run', async () => {
    const node = async () => [{ throughput: 1 }, { throughput: 2 }];
    const { open } = recorded({ node });
    const { samples } = await runCase(benchCase, bench(), () => {}, -1, open);
    expect(samples['node']).toEqual([{ throughput: 1 }, { throughput: 2 }]);
  });

  it('begins no further round after its time, but runs one', async () => {
    const { open, events } = recorded();
    const result = await runCase(benchCase, bench(), () => {}, -1, open);
    expect(events).toEqual(['channel', 'node', 'closed']);
    expect(result).toMatchObject({ notRun: null, failed: false });
  });

  it('that lacks what it needs is not run, which is no fault', async () => {
    const needy = { ...benchCase, needs: ['cc'] };
    await expect(openCase(needy, bench())).rejects.toThrow(NotRunError);
    const result = await runCase(needy, bench(), () => {});
    expect(result).toMatchObject({ notRun: 'needs cc', failed: false });
  });

  it('that breaks is a fault, and is closed all the same', async () => {
    const node = async () => {
      throw new Error('no such program');
    };
    const { open, events } = recorded({ node });
    const result = await runCase(benchCase, bench(), () => {}, Infinity, open);
    expect(result).toMatchObject({ notRun: 'failed: no such program', failed: true });
    expect(events).toEqual(['channel', 'closed']);
  });

  it('that is interrupted keeps what it has', async () => {
    const interruption = new AbortController();
    const { open, events } = recorded();
    const abort = (step: string) => {
      if (step.startsWith('round 2')) interruption.abort();
    };
    const result = await runCase(benchCase, bench(interruption.signal), abort, Infinity, open);
    expect(result).toMatchObject({ notRun: 'interrupted', failed: false });
    expect(events.at(-1)).toBe('closed');
    expect(result.samples['channel']).toHaveLength(1);
  });
});
