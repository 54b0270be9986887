import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { runSoak, type SoakReport } from './run-soak.js';
import { blobProblems, mebibytes } from './verdict.js';
import type { BlobFigures } from './worker/blob.js';
import type { Figures } from './worker/figures.js';

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
const WRONG_USAGE = 2;

process.exitCode = await main();

async function main(): Promise<number> {
  let asked: ReturnType<typeof parsed>;
  try {
    asked = parsed();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nTry --help.\n`);
    return WRONG_USAGE;
  }
  if (asked.help) {
    process.stdout.write(HELP);
    return 0;
  }
  return asked.blob ? blob(asked.json) : soak(asked);
}

function parsed() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '4' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      blob: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const number = (name: 'minutes' | 'jobs' | 'seed', least: number, most: number) => {
    const value = Number(values[name]);
    if (values[name] === '' || !(value >= least && value <= most)) {
      throw new Error(`--${name} takes a number from ${least} to ${most}, not '${values[name]}'.`);
    }
    return value;
  };
  const minutes = number('minutes', 0.05, 24 * 60);
  const jobs = Math.floor(number('jobs', 1, 64));
  const seed = Math.floor(number('seed', 0, 2 ** 32 - 1));
  return { ...values, minutes, jobs, seed };
}

async function soak({ minutes, jobs, seed, json }: ReturnType<typeof parsed>): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  const started = performance.now();
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort()).once('SIGTERM', () => abort.abort());
  stream.write(`seed ${seed}, ${minutes} minutes, ${jobs} + 1 connections at a time\n`);
  const show = (figures: readonly Figures[]) => {
    const line = figuresLine(figures, (performance.now() - started) / 1_000);
    if (!stream.isTTY) stream.write(`${line}\n`);
    else stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
  };
  const report = await runSoak({
    ms: minutes * 60_000,
    seed,
    jobs,
    onFigures: show,
    signal: abort.signal,
  });
  stream.write(`${stream.isTTY ? '\n' : ''}\n${reportText(report)}`);
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.problems.length === 0 ? 0 : FAILED;
}

function figuresLine(figures: readonly Figures[], seconds: number): string {
  const all = figures.reduce((sum, { connections }) => sum + connections, 0);
  const lost = figures.reduce((sum, { lostBytes }) => sum + lostBytes, 0);
  const each = figures.map(({ transport, census }) => {
    const { descriptors, threads, children, memory } = census;
    return `${transport}: ${descriptors} fds, ${threads} threads, ${children} children, ${mebibytes(memory)}`;
  });
  const rate = (all / seconds).toFixed(0);
  return `${seconds.toFixed(0)} s  ${all} connections (${rate}/s)  ${lost} bytes lost  ${each.join('  ')}`;
}

function reportText({ connections, bytes, lostBytes, problems, histories }: SoakReport): string {
  const lines = [
    `${connections} connections, ${mebibytes(bytes)} of stderr, ${lostBytes} bytes lost`,
    ...histories.map(({ transport, last, memory: grown, isLong }) => {
      const { idle, census } = last;
      const memory = `${mebibytes(grown.early)} → ${mebibytes(grown.late)}`;
      const held = (what: 'descriptors' | 'threads') => `${what} ${idle[what]} → ${census[what]}`;
      const worst = `worst spawn ${last.worstSpawnMs.toFixed(0)} ms, worst whole ${last.worstWholeMs.toFixed(0)} ms`;
      return `  ${transport.padEnd(5)} ${last.connections} connections, ${held('descriptors')}, ${held('threads')}, children ${census.children}, memory ${memory}${isLong ? '' : ' (too short a run to judge)'}, ${worst}`;
    }),
    ...problems.map((problem) => `  ✗ ${problem}`),
    problems.length === 0 ? 'Nothing lost, nothing leaked.' : `${problems.length} problems.`,
  ];
  return `${lines.join('\n')}\n`;
}

async function blob(json: boolean): Promise<number> {
  const stream = json ? process.stderr : process.stdout;
  stream.write(
    '4 GiB of stderr without a newline, a wire of 256 MiB, a thousand connections beside …\n',
  );
  const program = fileURLToPath(new URL('blob.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program], {
    timeout: 15 * 60_000,
    killSignal: 'SIGKILL',
  });
  const figures = JSON.parse(stdout) as BlobFigures;
  const found = blobProblems(figures);
  stream.write(
    `${mebibytes(figures.stderrBytes)} of stderr and ${mebibytes(figures.wireBytes)} by the wire in ${figures.seconds.toFixed(0)} s; ` +
      `checksums ${figures.checksumsAgree ? 'agree' : 'differ'}; ${figures.beside} connections beside, ${figures.besideFaults} faults; ` +
      `memory grew by at most ${mebibytes(figures.growth)}\n`,
  );
  for (const problem of found) stream.write(`  ✗ ${problem}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ ...figures, problems: found }, null, 2)}\n`);
  return found.length === 0 ? 0 : FAILED;
}
