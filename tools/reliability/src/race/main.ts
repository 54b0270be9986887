import { command, INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { buildPackages } from '@rsync-io/kit/build';
import { parseNumber } from '@rsync-io/kit/options';
import { statusLine } from '@rsync-io/kit/terminal';

const HELP = `Usage: npm run race [-- OPTIONS]

Calls the asynchronous transport in random orders and at random moments: readers that come late, are slow or
stop, writers that go on, wait, waitWithStderr, exited, kill, abort, disposal, listeners that call back, and
subscribers that come and go. An oracle that knows what the child wrote judges what the caller saw.

  --runs N      number of runs (default: 10000)
  --seed N      seed of the first run; each further run adds 1 (default: taken from the clock)
  --jobs N      runs at the same time (default: 8)
  --flag STATE  off, on or both (default: both)
  --json        print the violations as JSON
  --help        show this text

A violation is printed with its seed: run it again with --seed SEED --runs 1.

Exit status: 0 no violation; 1 violations; 2 wrong usage; 130 interrupted.
`;

interface Request {
  readonly runs: number;
  readonly seed: number;
  readonly jobs: number;
  readonly flag: string;
  readonly json: boolean;
}

await command({
  name: 'race',
  help: HELP,
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    jobs: { type: 'string', default: '8' },
    flag: { type: 'string', default: 'both' },
    json: { type: 'boolean', default: false },
  },
  read: ({ runs, seed, jobs, flag, json }): Request => {
    if (!['off', 'on', 'both'].includes(flag)) {
      throw new Error(`--flag takes off, on or both, not '${flag}'.`);
    }
    return {
      runs: parseNumber('--runs', runs, { min: 1, max: 10_000_000, integer: true }),
      seed: parseNumber('--seed', seed, { min: 0, max: 2 ** 31, integer: true }),
      jobs: parseNumber('--jobs', jobs, { min: 1, max: 64, integer: true }),
      flag,
      json,
    };
  },
  run: async (request) => {
    await buildPackages();
    const { fuzzRaces, transportOf } = await import('./fuzz.ts');
    const line = statusLine(process.stderr);
    const signal = interruption();
    const all = [];
    for (const state of request.flag === 'both' ? ['off', 'on'] : [request.flag]) {
      process.stderr.write(`flag ${state}: ${request.runs} runs from seed ${request.seed}\n`);
      const { done, violations } = await fuzzRaces({
        ...request,
        ...transportOf(state === 'on'),
        signal,
        onProgress: (count, bad) => line.put(`${count} of ${request.runs} runs, ${bad} violations`),
      });
      line.clear();
      process.stderr.write(`flag ${state}: ${done} runs, ${violations.length} violations\n`);
      all.push(...violations.map((violation) => ({ flag: state, ...violation })));
    }
    if (request.json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    else {
      for (const { flag, plan, problems } of all) {
        process.stdout.write(`seed ${plan.seed}, flag ${flag}: ${problems.join('; ')}\n`);
      }
    }
    if (signal.aborted) return INTERRUPTED;
    return all.length === 0 ? 0 : 1;
  },
});
