import { spawn } from 'node:child_process';
import { command, INTERRUPTED, interruption } from '@rsync-io/kit/command';
import { buildPackages } from '@rsync-io/kit/build';
import { parseList, parseNumber } from '@rsync-io/kit/options';
import { statusLine } from '@rsync-io/kit/terminal';

const HELP = `Usage: npm run load [-- OPTIONS]

Runs many connections at once, half of them pushes, and compares every byte of stdin, stdout and stderr with
what was written: on the asynchronous transport with the flag off and on, and on the blocking one.

  --connections N    connections for each transport and concurrency (default: 2000)
  --at-once N,…      connections at the same time (default: 16,64,256)
  --transport T,…    off, on, sync (default: all)
  --busy N           busy processes beside it (default: 2)
  --seed N           the same connections again (default: taken from the clock)
  --json             print the losses as JSON
  --help             show this text

Exit status: 0 nothing lost; 1 bytes or a status lost; 2 wrong usage; 130 interrupted.
`;

const TRANSPORTS = ['off', 'on', 'sync'] as const;

await command({
  name: 'load',
  help: HELP,
  options: {
    connections: { type: 'string', default: '2000' },
    'at-once': { type: 'string', default: '16,64,256' },
    transport: { type: 'string', default: TRANSPORTS.join() },
    busy: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    json: { type: 'boolean', default: false },
  },
  read: ({ connections, transport, busy, seed, json, ...rest }) => ({
    connections: parseNumber('--connections', connections, { min: 1, max: 100_000, integer: true }),
    levels: rest['at-once']
      .split(',')
      .map((level) => parseNumber('--at-once', level, { min: 1, max: 512, integer: true })),
    transports: parseList('--transport', transport, TRANSPORTS),
    busy: parseNumber('--busy', busy, { min: 0, max: 16, integer: true }),
    seed: parseNumber('--seed', seed, { min: 0, max: 2 ** 31, integer: true }),
    json,
  }),
  run: async ({ connections, levels, transports, busy, seed, json }) => {
    await buildPackages();
    const { loadRun } = await import('./load-run.ts');
    const line = statusLine(process.stderr);
    const signal = interruption();
    const stopBusyProcesses = startBusyProcesses(busy);
    const rows = [];
    try {
      for (const transport of transports) {
        for (const atOnce of levels) {
          if (signal.aborted) break;
          const losses = await loadRun({
            transport,
            connections,
            atOnce,
            seed,
            signal,
            onProgress: (done, lost) =>
              line.put(`${transport}, ${atOnce} at once: ${done}, ${lost} lost`),
          });
          line.clear();
          process.stderr.write(`${transport}, ${atOnce} at once: ${losses.length} losses\n`);
          rows.push({ transport, atOnce, connections, seed, losses });
        }
      }
    } finally {
      stopBusyProcesses();
    }
    if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else
      for (const { losses } of rows) for (const loss of losses) process.stdout.write(`${loss}\n`);
    if (signal.aborted) return INTERRUPTED;
    return rows.every(({ losses }) => losses.length === 0) ? 0 : 1;
  },
});

/** They end with this process, and after an hour at the latest. */
function startBusyProcesses(count: number): () => void {
  const script =
    'const end = Date.now() + 3_600_000; while (Date.now() < end && process.ppid !== 1);';
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', script], { stdio: 'ignore' }),
  );
  return () => children.forEach((child) => child.kill('SIGKILL'));
}
