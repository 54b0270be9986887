import { existsSync } from 'node:fs';
import {
  type CaseResult,
  COMBINATIONS,
  type Fault,
  makeCase,
  type Plant,
  runCase,
  Stage,
} from '@rsync-io/faults';
import { describeWithPeers } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

/*
 * The judge is judged: a probe that leaks, hangs or loses a byte on purpose must be caught, and the same
 * probe without the plant must be right.
 */
describeWithPeers(['strace'], 'a fault of the probe itself', () => {
  let stage: Stage;
  beforeAll(() => void (stage = new Stage()));
  afterAll(() => {
    stage.close();
    expect(existsSync(stage.folder)).toBe(false);
  });

  /** For one that is to hang. Unit: milliseconds. */
  const HANG_DEADLINE_MS = 3_000;

  const run = (fault: Partial<Fault>): Promise<CaseResult[]> =>
    Promise.all(
      COMBINATIONS.filter(({ backend, flag }) => backend === 'socketpair' && flag === 'on').map(
        (combination) =>
          runCase(
            makeCase(combination, 'child', { title: 'planted', ...fault }),
            stage,
            new AbortController().signal,
          ),
      ),
    );
  const planted = (plant: Plant, deadlineMs?: number) =>
    run({ order: { plant }, ...(deadlineMs && { deadlineMs }) });
  const verdicts = (results: readonly CaseResult[]) => results.map(({ verdict }) => verdict);

  it('is none without a plant', async () => {
    const right = { kind: 'right', way: 'result' };
    expect(verdicts(await run({}))).toEqual([right, right]);
  });

  it.each<[Plant, RegExp, number?]>([
    ['leak', /^left behind: descriptor \/dev\/null: \d+ before, \d+ after$/],
    ['hang', /^it hung, and was killed at the deadline$/, HANG_DEADLINE_MS],
    ['lost byte', /^the capture is not what was written/],
  ])('is caught: a %s', async (plant, problem, deadlineMs) => {
    const found = verdicts(await planted(plant, deadlineMs));
    expect(found).toHaveLength(2);
    for (const verdict of found) {
      expect(verdict).toMatchObject({ kind: 'wrong', problems: [expect.stringMatching(problem)] });
    }
  });

  it('is no excuse: a fault that never struck proves nothing', async () => {
    const found = verdicts(
      await run({
        injection: { thread: 'caller', call: 'clone', errno: 'ENOMEM', step: 99, cold: false },
      }),
    );
    expect(found).toEqual([{ kind: 'not struck' }, { kind: 'not struck' }]);
  });
});
