import { buildPackages } from '@rsync-io/kit/build';
import { command, interruption } from '@rsync-io/kit/command';
import { parseNumber } from '@rsync-io/kit/options';
import { statusLine } from '@rsync-io/kit/terminal';

const HELP = `Usage: npm run soak [-- OPTIONS]

Runs a random workload on both transports: short and long stderr, payloads on the wire, grandchildren that keep
fd 2 open, floods, kills, aborts, stalls, forward targets that fail. Checks everything that a child wrote to the byte, and reports lost
bytes, leaks and the worst latencies. Ctrl-C ends it early, with the report.

  --minutes N   duration (default: 1)
  --jobs N      concurrent connections of the asynchronous transport (default: 4)
  --quota N     percent of one processor's time for each worker (default: 100)
  --seed N      repeat the workload of an earlier run (default: from the clock)
  --blob        instead: 4 GiB of stderr without a newline on one connection, and a thousand others
  --json        print the report as JSON on stdout, progress on stderr
  --help        print this text

Exit status: 0 nothing lost or leaked; 1 something was; 2 wrong usage.
`;

const FAILED = 1;

interface Request {
  readonly minutes: number;
  readonly jobs: number;
  readonly seed: number;
  readonly quota: number;
  readonly blob: boolean;
  readonly json: boolean;
}

await command({
  name: 'soak',
  help: HELP,
  options: {
    minutes: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '4' },
    quota: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    blob: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ minutes, jobs, seed, quota, ...rest }): Request => ({
    ...rest,
    minutes: parseNumber('--minutes', minutes, { min: 0.05, max: 24 * 60 }),
    jobs: parseNumber('--jobs', jobs, { min: 1, max: 64, integer: true }),
    quota: parseNumber('--quota', quota, { min: 5, max: 100, integer: true }),
    seed: parseNumber('--seed', seed, { min: 0, max: 2 ** 32 - 1, integer: true }),
  }),
  run: async (request) => {
    await buildPackages();
    return request.blob ? blob(request.json) : soak(request);
  },
});

async function soak({ minutes, jobs, seed, quota, json }: Request): Promise<number> {
  const [{ runSoak }, { figuresLine, reportText }] = await modules();
  const stream = json ? process.stderr : process.stdout;
  const started = performance.now();
  stream.write(
    `seed ${seed}, ${minutes} minutes, ${jobs} async and 3 sync connections at a time\n`,
  );
  const report = await runSoak({
    ms: minutes * 60_000,
    seed,
    jobs,
    quota,
    onFigures: (figures) =>
      showProgress(stream, figuresLine(figures, (performance.now() - started) / 1_000)),
    signal: interruption(),
  });
  stream.write(`${stream.isTTY ? '\n' : ''}\n${reportText(report)}`);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.problems.length === 0 ? 0 : FAILED;
}

async function blob(json: boolean): Promise<number> {
  const [{ runBlob }, { blobLine, blobText, verdictText }, { blobProblems }] = await modules();
  const stream = json ? process.stderr : process.stdout;
  stream.write(
    '4 GiB of stderr without a newline, 256 MiB on the wire, 1000 short connections …\n',
  );
  const figures = await runBlob({
    gibibytes: 4,
    shortConnections: 1_000,
    onProgress: (progress) => showProgress(stream, blobLine(progress)),
    signal: interruption(),
  });
  if (figures === null) {
    stream.write('\nIt did not finish.\n');
    return FAILED;
  }
  const problems = blobProblems(figures);
  stream.write(`${stream.isTTY ? '\n' : ''}${blobText(figures)}${verdictText(problems)}`);
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, problems }, null, 2)}\n`);
  return problems.length === 0 ? 0 : FAILED;
}

/** Loaded after the packages are built. */
const modules = () =>
  Promise.all([import('./run-soak.ts'), import('./report.ts'), import('./verdict.ts')]);

/** One line that is overwritten on a terminal, a line each elsewhere. */
function showProgress(stream: NodeJS.WriteStream, line: string): void {
  if (stream.isTTY) statusLine(stream).put(line);
  else stream.write(`${line}\n`);
}
