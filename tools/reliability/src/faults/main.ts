import { rmSync } from 'node:fs';
import { buildPackages } from '@rsync-io/kit/build';
import { INTERRUPTED, interruption, UnsupportedError, UsageError } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { flag, number, texts, tool } from '@rsync-io/kit/tool';
import {
  type Combination,
  COMBINATIONS,
  FAULT_GROUPS,
  type FaultCase,
  nameOf,
} from './fault-case.ts';
import { type CaseResult, createWorkshop, runCase, type Workshop } from './run-case.ts';
import { straceProblem } from './strace.ts';
import { asJson, count, summary } from './summary.ts';

await tool({
  name: 'faults',
  about: `Makes each operation on the path of both transports fail once, each case in its own process, and checks: the
right error or the right result, no hang, no lost byte, no leak. System calls are made to fail by strace; Linux
only.`,
  options: {
    filter: texts('only cases with TEXT in their name'),
    list: flag('print the names of the cases'),
    // A case is a process that mostly waits for another one.
    jobs: number('concurrent cases', 2, { min: 1, max: 64 }),
    json: flag('print the results as JSON'),
  },
  exits: '0 all cases are right; 1 one is wrong; 3 unsupported system; 130 interrupted',
  run: async ({ filter, list, jobs, json }) => {
    const problem = straceProblem();
    if (problem !== null) throw new UnsupportedError(`strace is required: ${problem}.`);
    const signal = interruption();
    await buildPackages();
    const workshop = await createWorkshop(signal);
    try {
      const cases = await findCases(filter, workshop);
      if (!list) return await runCases(cases, { jobs, json }, workshop);
      process.stdout.write(cases.map(({ name }) => `${name}\n`).join(''));
      return 0;
    } catch (error) {
      if (!signal.aborted) throw error;
      process.stderr.write('Interrupted.\n');
      return INTERRUPTED;
    } finally {
      rmSync(workshop.folder, { recursive: true, force: true });
    }
  },
});

/** The cases that have one of the texts in their name; all without a text. Throws UsageError. */
async function findCases(filter: readonly string[], workshop: Workshop): Promise<FaultCase[]> {
  const { plainCases } = await import('./cases.ts');
  const { sectionsOf, systemCallCases } = await import('./calibrate.ts');
  // The system calls of a combination need not be counted if every filter names another one or another group.
  const isExcluded = (combination: Combination) => (text: string) =>
    (/^a?sync\/o(?:n|ff)\/\w+/.test(text) && !text.startsWith(nameOf(combination))) ||
    FAULT_GROUPS.some((group) => group !== 'system call' && text.includes(`${group}:`));
  const isNeeded = (combination: Combination) =>
    filter.length === 0 || !filter.every(isExcluded(combination));
  const all = plainCases();
  for (const combination of COMBINATIONS.filter(isNeeded)) {
    for (const section of sectionsOf(combination)) {
      all.push(...(await systemCallCases(combination, section, workshop)));
    }
  }
  if (filter.length === 0) return all;
  const cases = all.filter(({ name }) => filter.some((text) => name.includes(text)));
  if (cases.length === 0) throw new UsageError('no case has that in its name.');
  return cases;
}

async function runCases(
  cases: readonly FaultCase[],
  { jobs, json }: { jobs: number; json: boolean },
  workshop: Workshop,
): Promise<number> {
  const results: CaseResult[] = [];
  const line = statusLine(process.stderr);
  const queue = cases.values();
  const worker = async () => {
    for (const faultCase of queue) {
      const result = await runCase(faultCase, workshop);
      results.push(result);
      const progress = `${results.length} of ${cases.length}, ${count(results, 'wrong')} wrong: ${faultCase.name}`;
      line.put(progress);
      if (result.verdict.kind === 'wrong') process.stderr.write(`${progress}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  line.clear();
  process.stdout.write(json ? asJson(results) : summary(results));
  return count(results, 'wrong') === 0 && count(results, 'right') > 0 ? 0 : 1;
}
