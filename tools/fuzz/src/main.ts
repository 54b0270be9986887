import path from 'node:path';
import { command, interruption, listed, number, oneLine } from '@rsync-io/command';
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

await command({
  name: 'fuzz',
  help: HELP,
  options: {
    target: { type: 'string', default: NAMES.join(',') },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String((Date.now() % 1_000_000) + 1) },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ target, seconds, seed, ...rest }) => ({
    ...rest,
    targets: listed('--target', target, NAMES),
    seconds: number('--seconds', seconds, { least: 0.1, most: 86_400 }),
    seed: number('--seed', seed, { least: 1, most: 2 ** 32 - 1, whole: true }),
  }),
  run,
});

interface FuzzRequest {
  readonly targets: readonly TargetName[];
  readonly seconds: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly json: boolean;
}

async function run(asked: FuzzRequest): Promise<number> {
  const stream = asked.json ? process.stderr : process.stdout;
  const progressLine = oneLine(stream);
  const signal = interruption();
  const results = [];
  for (const name of asked.targets) {
    const started = performance.now();
    const show = ({ runs, corpus, blocks }: FuzzProgress) => {
      const rate = Math.round(runs / ((performance.now() - started) / 1_000));
      const line = `${name}: ${runs} runs (${rate}/s), ${corpus} inputs, ${blocks} blocks`;
      progressLine.put(line);
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
      signal,
    });
    const last = show(progress);
    progressLine.clear();
    stream.write(`${last}, seed ${asked.seed}\n`);
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
