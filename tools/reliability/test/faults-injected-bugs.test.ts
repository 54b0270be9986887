import { existsSync } from 'node:fs';
import { describeWithPeers } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fault, makeCase } from '../src/faults/cases/make-case.ts';
import { COMBINATIONS } from '../src/faults/combination.ts';
import type { InjectedBug } from '../src/faults/probe-config.ts';
import { type CaseResult, runCase } from '../src/faults/run/run-case.ts';
import { WorkDir } from '../src/faults/run/work-dir.ts';

describeWithPeers(['strace'], 'a bug injected into the probe', () => {
  let workDir: WorkDir;
  beforeAll(async () => void (workDir = await WorkDir.create()));
  afterAll(() => {
    workDir.close();
    expect(existsSync(workDir.folder)).toBe(false);
  });

  /** Unit: milliseconds. */
  const HANG_DEADLINE_MS = 3_000;

  const run = (fault: Partial<Fault>): Promise<CaseResult[]> =>
    Promise.all(
      COMBINATIONS.filter(({ backend, flag }) => backend === 'socketpair' && flag === 'on').map(
        (combination) =>
          runCase(
            makeCase(combination, 'child', { title: 'injected bug', ...fault }),
            workDir,
            new AbortController().signal,
          ),
      ),
    );
  const withBug = (bug: InjectedBug, deadlineMs?: number) =>
    run({ config: { bug }, ...(deadlineMs && { deadlineMs }) });
  const verdicts = (results: readonly CaseResult[]) => results.map(({ verdict }) => verdict);

  it('is required for a failure', async () => {
    const right = { kind: 'right', outcome: 'result' };
    expect(verdicts(await run({}))).toEqual([right, right]);
  });

  it.each<[InjectedBug, RegExp, number?]>([
    ['leak', /^leaked: descriptor \/dev\/null: \d+ before, \d+ after$/],
    ['hang', /^it hung and was killed at the deadline$/, HANG_DEADLINE_MS],
    ['lost byte', /^the capture differs/],
  ])('is found: %s', async (bug, problem, deadlineMs) => {
    const found = verdicts(await withBug(bug, deadlineMs));
    expect(found).toHaveLength(2);
    for (const verdict of found) {
      expect(verdict).toMatchObject({ kind: 'wrong', problems: [expect.stringMatching(problem)] });
    }
  });

  it('is not confused with a fault that did not occur', async () => {
    const found = verdicts(
      await run({
        injection: { thread: 'caller', call: 'clone', errno: 'ENOMEM', step: 99, cold: false },
      }),
    );
    expect(found).toEqual([{ kind: 'not injected' }, { kind: 'not injected' }]);
  });
});
