import { buildPackages } from '@rsync-io/kit/build';
import { INTERRUPTED, interruption, UnsupportedError } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { flag, number, texts, tool } from '@rsync-io/kit/tool';
import { type Combination, nameOf } from './combination.ts';
import { FAULT_GROUPS } from './fault-case.ts';
import type { CaseResult } from './run/run-case.ts';
import { straceProblem } from './run/strace.ts';
import { WorkDir } from './run/work-dir.ts';
import { formatSummary, totalsOf } from './summary.ts';

const FAILED = 1;
const WRONG_USAGE = 2;
const LOG_EVERY = 50;

interface Request {
  readonly filter: readonly string[];
  readonly jobs: number;
  readonly list: boolean;
  readonly json: boolean;
}

await tool({
  name: 'faults',
  about: `Makes each operation on the path of both transports fail once, each case in its own process, and checks: the
right error or the right result, no hang, no lost byte, no leak. System calls are made to fail by strace; Linux
only.`,
  options: {
    filter: texts('only cases with TEXT in their name'),
    list: flag('print the names of the cases'),
    // A case is a process that mostly waits for another one.
    jobs: number('concurrent cases', 2, { min: 1, max: 64, integer: true }),
    json: flag('print the results as JSON'),
  },
  exits: '0 all cases are right; 1 one is wrong; 3 unsupported system; 130 interrupted',
  run,
});

async function run(request: Request): Promise<number> {
  const problem = process.platform === 'linux' ? straceProblem() : 'this is not Linux';
  if (problem !== null) throw new UnsupportedError(`strace is required: ${problem}.`);
  const signal = interruption();
  await buildPackages();
  const workDir = await WorkDir.create();
  try {
    return await runCases(request, workDir, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('Interrupted.\n');
    return INTERRUPTED;
  } finally {
    workDir.close();
  }
}

async function runCases(
  { filter: filters, jobs, json, list }: Request,
  workDir: WorkDir,
  signal: AbortSignal,
): Promise<number> {
  const { allCases } = await import('./cases/index.ts');
  const { calibrate } = await import('./run/calibrate.ts');
  const { runAll } = await import('./run/run-case.ts');
  // The system calls of a combination need not be counted if every filter names another one or another group.
  const isNeeded = (combination: Combination) => {
    const excludes = (filter: string) =>
      (/^a?sync\/o(?:n|ff)\/\w+/.test(filter) && !filter.startsWith(nameOf(combination))) ||
      FAULT_GROUPS.some((group) => group !== 'system call' && filter.includes(`${group}:`));
    return filters.length === 0 || !filters.every(excludes);
  };
  const cases = allCases(await calibrate(workDir, isNeeded, signal)).filter(
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
  const results = await runAll(cases, workDir, { jobs, signal, onCase: progress.show });
  progress.clear();
  const seconds = Math.round((performance.now() - from) / 1_000);
  process.stdout.write(json ? asJson(results, seconds) : `${formatSummary(results)}${seconds} s\n`);
  return totalsOf(results).wrong === 0 && totalsOf(results).right > 0 ? 0 : FAILED;
}

/** A status line on a terminal; elsewhere a line for each wrong case and for every fiftieth. */
function progressOn(stream: NodeJS.WriteStream, total: number) {
  let done = 0;
  let wrong = 0;
  const { put, clear } = statusLine(stream);
  const show = ({ case: { name }, verdict }: CaseResult) => {
    done += 1;
    if (verdict.kind === 'wrong') wrong += 1;
    const counts = `${done} of ${total}, ${wrong} wrong`;
    put(`${counts}: ${name}`);
    if (stream.isTTY) return;
    if (verdict.kind === 'wrong') stream.write(`${counts}: ${name}\n`);
    else if (done % LOG_EVERY === 0) stream.write(`${counts}\n`);
  };
  return { show, clear };
}

function asJson(results: readonly CaseResult[], seconds: number): string {
  const cases = results.map((result) => ({
    name: result.case.name,
    seconds: Number(result.seconds.toFixed(3)),
    injectedCall: result.injectedCall,
    ...result.verdict,
  }));
  return `${JSON.stringify({ ...totalsOf(results), seconds, cases }, null, 2)}\n`;
}
