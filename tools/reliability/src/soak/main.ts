import { buildPackages } from '@rsync-io/kit/build';
import { interruption } from '@rsync-io/kit/command';
import { number, seed, tool } from '@rsync-io/kit/tool';

/** Open connections of the blocking worker, which serves one after the other. */
const SYNC_JOBS = 3;

await tool({
  name: 'soak',
  about: `Runs a random workload on both transports: short and long stderr, payloads on the wire, grandchildren that keep
fd 2 open, floods, kills, aborts, stalls, lost drain threads, forward targets that are slow, fail, or are closed and
their number used again. Compares every byte with what the child wrote, and reports lost bytes, bytes in a foreign
file, connections held up by others, and leaks. Ctrl-C ends it early, with the report.`,
  options: {
    minutes: number('duration', 1, { min: 0.05, max: 24 * 60 }),
    jobs: number('concurrent connections of the asynchronous transport', 4, { min: 1, max: 64 }),
    quota: number('percent of one processor for each worker', 100, { min: 5, max: 100 }),
    seed: seed(),
  },
  exits: '0 nothing lost or leaked; 1 something was',
  run: async ({ minutes, jobs, quota, seed }) => {
    await buildPackages();
    const { runWorkers } = await import('./run-workers.ts');
    const { reportText } = await import('./verdict.ts');
    process.stdout.write(`seed ${seed}, ${minutes} minutes, quota ${quota} %\n`);
    const { histories, problems } = await runWorkers({
      ...{ mix: 'soak', ms: minutes * 60_000, seed, quota, signal: interruption() },
      tasks: [
        { transport: 'on', jobs },
        { transport: 'sync', jobs: SYNC_JOBS },
      ],
      onFigures: (transport, figures) =>
        process.stderr.write(reportText({ transport, samples: [{ ms: 0, figures }] })),
    });
    const verdict =
      problems.length === 0
        ? 'Nothing lost, nothing leaked.\n'
        : `${problems.map((problem) => `  ✗ ${problem}\n`).join('')}${problems.length} problems.\n`;
    process.stdout.write(`${histories.map(reportText).join('')}${verdict}`);
    return problems.length === 0 ? 0 : 1;
  },
});
