import { describe, expect, it } from 'vitest';
import { NotRunError, type OpenCase, type RunContext } from '../src/bench-case.ts';
import { inTurn, runCase } from '../src/measure/run-case.ts';
import { benchCase } from './result.ts';

const context = (signal = new AbortController().signal): RunContext => ({
  quick: true,
  signal,
});

/** A case whose runs are noted down. */
function recorded(opened: Partial<OpenCase> = {}) {
  const events: string[] = [];
  const run = (id: string) => async () => {
    events.push(id);
    return { throughput: events.length };
  };
  const one = {
    ...benchCase,
    open: async () => ({
      parameters: {},
      run: { channel: run('channel'), node: run('node') },
      close: async () => void events.push('closed'),
      ...opened,
    }),
  };
  return { one, events };
}

describe('a case', () => {
  it('takes turns at who goes first, and is closed at the end', async () => {
    const { one, events } = recorded();
    const steps: string[] = [];
    const result = await runCase(one, context(), (step) => steps.push(step));
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

  it('begins no further round after its time, but runs one', async () => {
    const { one, events } = recorded();
    const result = await runCase(one, context(), () => {}, -1);
    expect(events).toEqual(['channel', 'node', 'closed']);
    expect(result).toMatchObject({ notRun: null, failed: false });
  });

  it('that lacks what it needs is not run, which is no fault', async () => {
    const open = async () => {
      throw new NotRunError('sshd not installed');
    };
    const result = await runCase({ ...benchCase, open }, context(), () => {});
    expect(result).toMatchObject({ notRun: 'sshd not installed', failed: false });
  });

  it('that breaks is a fault, and is closed all the same', async () => {
    const node = async () => {
      throw new Error('no such program');
    };
    const { one, events } = recorded({ run: { channel: async () => ({}), node } });
    const result = await runCase(one, context(), () => {});
    expect(result).toMatchObject({ notRun: 'failed: no such program', failed: true });
    expect(events).toEqual(['closed']);
  });

  it('that is interrupted keeps what it has', async () => {
    const interruption = new AbortController();
    const { one, events } = recorded();
    const result = await runCase(one, context(interruption.signal), (step) => {
      if (step.startsWith('round 2')) interruption.abort();
    });
    expect(result).toMatchObject({ notRun: 'interrupted', failed: false });
    expect(events.at(-1)).toBe('closed');
    expect(result.samples['channel']).toHaveLength(1);
  });
});
