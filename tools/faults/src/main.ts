import { command, INTERRUPTED, interruption, NotHereError } from '@rsync-io/command';
import { type FaultsRequest, HELP, OPTIONS, readRequest } from './cli/arguments.js';
import { progressOn } from './cli/progress.js';
import { allCases } from './faults/index.js';
import { type Combination, nameOf } from './matrix/combination.js';
import { FAULT_GROUPS } from './matrix/fault-case.js';
import { formatSummary, totalsOf } from './report/summary.js';
import { calibrate } from './run/calibrate.js';
import { runAll } from './run/run-all.js';
import type { CaseResult } from './run/run-case.js';
import { Stage } from './run/stage.js';
import { whyNoStrace } from './run/strace.js';

const FAILED = 1;
const WRONG_USAGE = 2;

await command({ name: 'faults', help: HELP, options: OPTIONS, read: readRequest, run });

async function run(request: FaultsRequest): Promise<number> {
  const missing = process.platform === 'linux' ? whyNoStrace() : 'this is not Linux';
  if (missing !== null) throw new NotHereError(`no system call can be made to fail: ${missing}.`);
  const signal = interruption();
  const stage = new Stage();
  try {
    return await runCases(request, stage, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('Interrupted.\n');
    return INTERRUPTED;
  } finally {
    stage.close();
  }
}

async function runCases(
  { filters, jobs, json, list }: FaultsRequest,
  stage: Stage,
  signal: AbortSignal,
): Promise<number> {
  // The calls of a combination need no counting when every filter names another one, or another fault.
  const mayBeMeant = (combination: Combination) => {
    const name = nameOf(combination);
    const isElsewhere = (filter: string) =>
      (/^a?sync\/o(?:n|ff)\/\w+/.test(filter) && !filter.startsWith(name)) ||
      FAULT_GROUPS.some((group) => group !== 'system call' && filter.includes(`${group}:`));
    return filters.length === 0 || !filters.every(isElsewhere);
  };
  const cases = allCases(await calibrate(stage, mayBeMeant, signal)).filter(
    ({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)),
  );
  if (cases.length === 0) {
    process.stderr.write('faults: no case has that in its name\n');
    return WRONG_USAGE;
  }
  if (list) {
    const names = cases.map(({ name }) => name);
    process.stdout.write(json ? `${JSON.stringify(names)}\n` : `${names.join('\n')}\n`);
    return 0;
  }
  const from = performance.now();
  const progress = progressOn(process.stderr, cases.length);
  const results = await runAll(cases, stage, { jobs, signal, onCase: progress.show }).finally(
    progress.clear,
  );
  const seconds = Math.round((performance.now() - from) / 1_000);
  process.stdout.write(json ? asJson(results, seconds) : `${formatSummary(results)}${seconds} s\n`);
  return totalsOf(results).wrong === 0 && totalsOf(results).right > 0 ? 0 : FAILED;
}

function asJson(results: readonly CaseResult[], seconds: number): string {
  const cases = results.map((result) => ({
    name: result.case.name,
    seconds: Number(result.seconds.toFixed(3)),
    strike: result.strike,
    ...result.verdict,
  }));
  return `${JSON.stringify({ ...totalsOf(results), seconds, cases }, null, 2)}\n`;
}
