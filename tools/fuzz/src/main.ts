import path from 'node:path';
import { parseArgs } from 'node:util';
import { keep, keepCrash, readCorpus } from './corpus.js';
import { fuzz, type FuzzProgress } from './fuzz.js';
import { seededRandom } from './mutate.js';
import { type TargetName, TARGETS } from './targets.js';

const NAMES = Object.keys(TARGETS) as TargetName[];
const HELP = `Usage: npm run fuzz [-- OPTIONS]

Gives the code that reads what a hostile remote wrote inputs that reach ever more of it, and checks what has to
hold. Starts from tools/fuzz/corpus, and stops at the first input that breaks something.

  --target NAME   of ${NAMES.join(', ')} (default: all, one after the other)
  --seconds N     for each target (default: 20)
  --seed N        the same inputs again (default: the clock's)
  --keep          adds inputs that found new code to the corpus
  --json          the result as JSON on stdout, progress on stderr
  --help          this text

Exit status: 0 nothing was found; 1 something was, and is kept in tools/fuzz/crashes; 2 wrong usage.
`;

const FOUND = 1;
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
  const stream = asked.json ? process.stderr : process.stdout;
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort()).once('SIGTERM', () => abort.abort());
  const results = [];
  for (const name of asked.targets) {
    const started = performance.now();
    const show = ({ runs, corpus, blocks }: FuzzProgress) => {
      const rate = Math.round(runs / ((performance.now() - started) / 1_000));
      const line = `${name}: ${runs} runs (${rate}/s), ${corpus} inputs, ${blocks} blocks`;
      if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
      return line;
    };
    const { crash, interesting, ...progress } = await fuzz({
      target: TARGETS[name],
      corpus: readCorpus(name),
      random: seededRandom(asked.seed),
      maxRuns: Infinity,
      maxMs: asked.seconds * 1_000,
      isWatched: (url) => /\/aux-channel\/dist\//.test(url),
      onProgress: show,
      signal: abort.signal,
    });
    stream.write(`${stream.isTTY ? '\r\x1b[K' : ''}${show(progress)}, seed ${asked.seed}\n`);
    if (crash !== null) {
      const file = keepCrash(name, crash.input);
      stream.write(`  ✗ ${crash.error.message}: ${path.relative('.', file)}\n`);
      results.push({ target: name, ...progress, crash: crash.error.message, file });
      continue;
    }
    results.push({ target: name, ...progress, crash: null });
    if (asked.keep) stream.write(`  ${keep(name, interesting)} inputs were added to the corpus\n`);
  }
  if (asked.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ crash }) => crash === null) ? 0 : FOUND;
}

function parsed() {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: NAMES.join(',') },
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String((Date.now() % 1_000_000) + 1) },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const targets = values.target.split(',') as TargetName[];
  const unknown = targets.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`--target does not know '${unknown}'.`);
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 86_400)) {
    throw new Error(`--seconds takes a number up to 86400, not '${values.seconds}'.`);
  }
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 1)
    throw new Error(`--seed takes a number, not '${values.seed}'.`);
  return { ...values, targets, seconds, seed };
}
