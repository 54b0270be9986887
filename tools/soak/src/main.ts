import { command, interruption, number, oneLine } from '@rsync-io/command';
import { blobLine, blobText, figuresLine, reportText } from './report.js';
import { runBlob } from './run-blob.js';
import { runSoak } from './run-soak.js';
import { blobProblems } from './verdict.js';

const HELP = `Usage: npm run soak [-- OPTIONS]

A mixed workload on both transports: short and long stderr, payloads by the wire, grandchildren that keep fd 2,
floods, kills, aborts, stalls; everything that a child wrote is checked to the byte. Ends with what was lost,
what leaked, and the worst latencies.

  --minutes N   how long (default: 1)
  --jobs N      connections at a time on the asynchronous transport (default: 4)
  --seed N      the same workload again (default: the clock's)
  --blob        instead: 4 GiB of stderr without a newline on one connection, beside a thousand others
  --json        the report as JSON on stdout, progress on stderr
  --help        this text

Exit status: 0 nothing lost, nothing leaked; 1 something was; 2 wrong usage. Ctrl-C ends it early, with its report.
`;

const FAILED = 1;

await command({
  name: 'soak',
  help: HELP,
  options: {
    minutes: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    blob: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ minutes, jobs, seed, ...rest }) => ({
    ...rest,
    minutes: number('--minutes', minutes, { least: 0.05, most: 24 * 60 }),
    jobs: number('--jobs', jobs, { least: 1, most: 64, whole: true }),
    seed: number('--seed', seed, { least: 0, most: 2 ** 32 - 1, whole: true }),
  }),
  run: (request: SoakRequest) => (request.blob ? blob(request.json) : soak(request)),
});

interface SoakRequest {
  readonly minutes: number;
  readonly jobs: number;
  readonly seed: number;
  readonly blob: boolean;
  readonly json: boolean;
}

async function soak({ minutes, jobs, seed, json }: SoakRequest): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  const started = performance.now();
  stream.write(
    `seed ${seed}, ${minutes} minutes, ${jobs} connections at a time by async and 3 by sync\n`,
  );
  const report = await runSoak({
    ms: minutes * 60_000,
    seed,
    jobs,
    onFigures: (figures) => {
      showProgress(stream, figuresLine(figures, (performance.now() - started) / 1_000));
    },
    signal: interruption(),
  });
  stream.write(`${stream.isTTY ? '\n' : ''}\n${reportText(report)}`);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.problems.length === 0 ? 0 : FAILED;
}

async function blob(json: boolean): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  stream.write('4 GiB of stderr without a newline, a wire of 256 MiB, 1000 connections beside …\n');
  const figures = await runBlob({
    gibibytes: 4,
    beside: 1_000,
    onProgress: (progress) => showProgress(stream, blobLine(progress)),
    signal: interruption(),
  });
  if (figures === null) {
    stream.write('\nIt did not come to its end.\n');
    return FAILED;
  }
  const found = blobProblems(figures);
  stream.write(`${stream.isTTY ? '\n' : ''}${blobText(figures, found)}`);
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, problems: found }, null, 2)}\n`);
  return found.length === 0 ? 0 : FAILED;
}

/** On a terminal one line that changes, elsewhere a line each. */
function showProgress(stream: NodeJS.WriteStream, line: string): void {
  if (stream.isTTY) oneLine(stream).put(line);
  else stream.write(`${line}\n`);
}
