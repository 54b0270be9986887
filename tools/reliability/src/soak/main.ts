import { buildPackages } from '@rsync-io/kit/build';
import { interruption } from '@rsync-io/kit/command';
import { mebibytes } from '@rsync-io/kit/statistics';
import { number, seed, tool } from '@rsync-io/kit/tool';
import type { Figures } from './worker/figures.ts';

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
    const { runSoak } = await import('./run-soak.ts');
    const { reportText } = await import('./verdict.ts');
    process.stdout.write(`seed ${seed}, ${minutes} minutes, quota ${quota} %\n`);
    const onFigures = (figures: Figures) => process.stderr.write(`${progressLine(figures)}\n`);
    const report = await runSoak({
      ...{ ms: minutes * 60_000, seed, jobs, quota, onFigures },
      signal: interruption(),
    });
    const processes = `${report.remaining} processes remained\n`;
    process.stdout.write(`${reportText(report.histories, report.problems)}${processes}`);
    return report.problems.length === 0 ? 0 : 1;
  },
});

function progressLine({ transport, connections, faultCount, heldUpMs, census }: Figures): string {
  const { descriptors, threads, children, memory } = census;
  return `${transport}: ${connections} connections, ${faultCount} faults, held up ≤ ${heldUpMs.toFixed(0)} ms, ${descriptors} fds, ${threads} threads, ${children} children, ${mebibytes(memory)}`;
}
