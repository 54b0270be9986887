import { buildPackages } from '@rsync-io/kit/build';
import { INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { number, seed, tool, words } from '@rsync-io/kit/tool';
import { FLAG_STATES } from '@rsync-io/kit/workspace';

await tool({
  name: 'race',
  about: `Calls the asynchronous transport in random orders and at random moments: readers that come late, are slow or
stop, writers that go on, wait, waitWithStderr, exited, kill, abort, disposal, listeners that call back, and
subscribers that come and go. An oracle that knows what the child wrote judges what the caller saw. A violation
is printed with its seed: run it again with --seed SEED --runs 1. Runs at the same time
share the diagnostics channel: what happens to lines without any subscriber is seen with --jobs 1 only.`,
  options: {
    runs: number('runs for each state of the flag', 10_000, { min: 1, max: 1e7 }),
    jobs: number('runs at the same time', 8, { min: 1, max: 64 }),
    flag: words('states of the flag', FLAG_STATES),
    seed: seed(),
  },
  exits: '0 no violation; 1 violations; 130 interrupted',
  run: async ({ flag, ...request }) => {
    await buildPackages();
    const { fuzzRaces } = await import('./fuzz.ts');
    const line = statusLine(process.stderr);
    const signal = interruption();
    let found = 0;
    for (const state of flag) {
      const { done, violations } = await fuzzRaces({
        ...{ ...request, signal, channel: state === 'on' },
        onProgress: (count, bad) => line.put(`${count} of ${request.runs} runs, ${bad} violations`),
      });
      line.clear();
      found += violations.length;
      for (const violation of violations) process.stdout.write(`flag ${state}, ${violation}\n`);
      process.stdout.write(
        `flag ${state}: ${done} runs from seed ${request.seed}, ${violations.length} violations\n`,
      );
    }
    if (signal.aborted) return INTERRUPTED;
    return found === 0 ? 0 : 1;
  },
});
