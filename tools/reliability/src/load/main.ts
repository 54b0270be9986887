import { spawn } from 'node:child_process';
import { buildPackages } from '@rsync-io/kit/build';
import { INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { statusLine } from '@rsync-io/kit/terminal';
import { number, seed, tool, words } from '@rsync-io/kit/tool';

/** Ends with this process, and after an hour at the latest. */
const BUSY = 'const end = Date.now() + 3_600_000; while (Date.now() < end && process.ppid !== 1);';

await tool({
  name: 'load',
  about: `Runs many connections at once, half of them pushes, and compares every byte of stdin, stdout and stderr with
what was written: on the asynchronous transport with the flag off and on, and on the blocking one.`,
  options: {
    connections: number('for each transport and concurrency', 2_000, {
      min: 1,
      max: 100_000,
      integer: true,
    }),
    'at-once': number('only this many at once (0: 16, then 64, then 256)', 0, {
      min: 0,
      max: 512,
      integer: true,
    }),
    transport: words('transports', ['off', 'on', 'sync']),
    busy: number('busy processes beside it', 2, { min: 0, max: 16, integer: true }),
    seed: seed(),
  },
  exits: '0 nothing lost; 1 bytes or a status lost; 130 interrupted',
  run: async ({ connections, transport: transports, busy, seed, 'at-once': only }) => {
    await buildPackages();
    const { loadRun } = await import('./load.ts');
    const line = statusLine(process.stderr);
    const signal = interruption();
    const levels = only === 0 ? [16, 64, 256] : [only];
    const others = Array.from({ length: busy }, () =>
      spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }),
    );
    let found = 0;
    try {
      for (const [transport, atOnce] of transports.flatMap((t) =>
        levels.map((l) => [t, l] as const),
      )) {
        if (signal.aborted) break;
        const title = `${transport}, ${atOnce} at once`;
        const onProgress = (done: number, lost: number) =>
          line.put(`${title}: ${done}, ${lost} lost`);
        const losses = await loadRun({ transport, connections, atOnce, seed, signal, onProgress });
        line.clear();
        found += losses.length;
        for (const loss of losses) process.stdout.write(`${title}: ${loss}\n`);
        process.stdout.write(
          `${title}: ${connections} connections from seed ${seed}, ${losses.length} losses\n`,
        );
      }
    } finally {
      for (const other of others) other.kill('SIGKILL');
    }
    if (signal.aborted) return INTERRUPTED;
    return found === 0 ? 0 : 1;
  },
});
