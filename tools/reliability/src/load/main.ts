import { spawn } from 'node:child_process';
import { buildPackages } from '@rsync-io/kit/build';
import { INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { number, seed, tool, words } from '@rsync-io/kit/tool';

/** Ends with this process, and after an hour at the latest. */
const BUSY = 'const end = Date.now() + 3_600_000; while (Date.now() < end && process.ppid !== 1);';
const HOUR_MS = 3_600_000;

await tool({
  name: 'load',
  about: `Runs many connections at once, half of them pushes, and compares every byte of stdin, stdout and stderr with
what was written: on the asynchronous transport with the flag off and on, and on the blocking one.`,
  options: {
    connections: number('for each transport and concurrency', 2_000, { min: 1, max: 1e5 }),
    'at-once': words('numbers of concurrent connections', ['16', '64', '256']),
    transport: words('transports', ['off', 'on', 'sync']),
    busy: number('busy processes beside it', 2, { min: 0, max: 16 }),
    seed: seed(),
  },
  exits: '0 nothing lost; 1 bytes, a status or a resource lost; 130 interrupted',
  run: async ({ connections, transport: transports, busy, seed, 'at-once': levels }) => {
    await buildPackages();
    const { runWorkers } = await import('../soak/run-workers.ts');
    const line = statusLine(process.stderr);
    const signal = interruption();
    const others = Array.from({ length: busy }, () =>
      spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }),
    );
    let found = 0;
    const run = async (transport: (typeof transports)[number], jobs: number) => {
      const title = `${transport}, ${jobs} at once`;
      const { problems } = await runWorkers({
        ...{ mix: 'load', ms: HOUR_MS, connections, seed, signal },
        tasks: [{ transport, jobs }],
        onFigures: (_, figures) =>
          line.put(`${title}: ${figures.connections}, ${figures.faultCount} faults`),
      });
      line.clear();
      found += problems.length;
      for (const problem of problems) process.stdout.write(`${jobs} at once, ${problem}\n`);
      process.stdout.write(
        `${title}: ${connections} connections from seed ${seed}, ${problems.length} losses\n`,
      );
    };
    try {
      for (const transport of transports) {
        for (const jobs of levels) if (!signal.aborted) await run(transport, Number(jobs));
      }
    } finally {
      for (const other of others) other.kill('SIGKILL');
    }
    if (signal.aborted) return INTERRUPTED;
    return found === 0 ? 0 : 1;
  },
});
