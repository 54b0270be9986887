import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWithPeers } from '@rsync-io/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMBINATIONS, type Fault, makeCase } from '../src/faults/fault-case.ts';
import { createWorkshop, runCase, type Workshop } from '../src/faults/run-case.ts';

const BUG = pathToFileURL(path.join(import.meta.dirname, 'fixtures/faults-bug.mjs')).href;
const withBug = (bug: string) => ({ nodeOptions: ['--import', `${BUG}?${bug}`] });

describeWithPeers(['strace'], 'a bug injected into the transports', () => {
  let workshop: Workshop;
  beforeAll(async () => void (workshop = await createWorkshop(new AbortController().signal)));
  afterAll(() => rmSync(workshop.folder, { recursive: true }));

  const run = async (fault: Partial<Fault>) => {
    const combinations = COMBINATIONS.filter(
      ({ backend, flag }) => backend === 'socketpair' && flag === 'on',
    );
    const cases = combinations.map((one) => makeCase(one, 'child', { title: 'a bug', ...fault }));
    const results = await Promise.all(cases.map((one) => runCase(one, workshop)));
    return results.map(({ verdict }) => verdict);
  };

  it('is required for a failure', async () => {
    const right = { kind: 'right', text: 'works' };
    expect(await run({})).toEqual([right, right]);
    expect(await run(withBug('none'))).toEqual([right, right]);
  });

  it.each<[string, Partial<Fault>, RegExp]>([
    ['a leak', withBug('leak'), /^leaked: descriptor \/dev\/null: \d+ before, \d+ after$/],
    ['a hang', { script: 'sleep 100', deadlineMs: 3_000 }, /^hangs$/],
    ['a lost byte', withBug('byte'), /^cut by eof$/],
  ])('is found: %s', async (_, fault, text) => {
    const wrong = { kind: 'wrong', text: expect.stringMatching(text) as unknown };
    expect(await run(fault)).toEqual([wrong, wrong]);
  });

  it('is not confused with a fault that did not occur', async () => {
    const injection = { section: 'caller', call: 'clone', errno: 'ENOMEM', step: 99 } as const;
    const missing = { kind: 'not injected', text: '' };
    expect(await run({ injection })).toEqual([missing, missing]);
  });
});
