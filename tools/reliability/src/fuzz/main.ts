import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { command, interruption } from '@rsync-io/kit/command';
import { parseList, parseNumber } from '@rsync-io/kit/options';
import { seededRandom } from '@rsync-io/kit/random';
import { statusLine } from '@rsync-io/kit/terminal';
import type { FuzzProgress } from './fuzz.ts';
import { TARGET_NAMES, type TargetName } from './target-names.ts';

const HELP = `Usage: npm run fuzz [-- OPTIONS]

Feeds the code that reads hostile remote output with inputs that reach more and more of it, and checks its
invariants. Starts from tools/reliability/corpus and stops at the first input that breaks one.

  --target NAME   of ${TARGET_NAMES.join(', ')} (default: all, one after the other)
  --seconds N     for each target (default: 20)
  --seed N        repeat the inputs of an earlier run (default: from the clock)
  --keep          add inputs that reached new code to the corpus, and minimise it
  --json          print the result as JSON on stdout, progress on stderr
  --help          print this text

Exit status: 0 no crash; 1 a crash, whose input is in tools/reliability/crashes; 2 wrong usage.
`;

const FOUND = 1;

interface Request {
  readonly targets: readonly TargetName[];
  readonly seconds: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly json: boolean;
}

await command({
  name: 'fuzz',
  help: HELP,
  options: {
    target: { type: 'string', default: TARGET_NAMES.join(',') },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: String((Date.now() % 1_000_000) + 1) },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  read: ({ target, seconds, seed, ...rest }): Request => ({
    ...rest,
    targets: parseList('--target', target, TARGET_NAMES),
    seconds: parseNumber('--seconds', seconds, { min: 0.1, max: 86_400 }),
    seed: parseNumber('--seed', seed, { min: 1, max: 2 ** 32 - 1, integer: true }),
  }),
  run,
});

async function run(request: Request): Promise<number> {
  await buildPackages();
  const { TARGETS } = await import('./targets.ts');
  const { readCorpus, writeCorpus, writeCrash } = await import('./corpus.ts');
  const { fuzz } = await import('./fuzz.ts');
  const isWatched = (url: string) => /\/aux-channel\/dist\//.test(url);
  const stream = request.json ? process.stderr : process.stdout;
  const status = statusLine(stream);
  const signal = interruption();
  const results = [];
  for (const name of request.targets) {
    const target = TARGETS[name];
    const started = performance.now();
    const lineOf = ({ runs, corpus, blocks }: FuzzProgress) => {
      const rate = Math.round(runs / ((performance.now() - started) / 1_000));
      return `${name}: ${runs} runs (${rate}/s), ${corpus} inputs, ${blocks} blocks`;
    };
    const { crash, interesting, ...progress } = await fuzz({
      target,
      corpus: readCorpus(name),
      random: seededRandom(request.seed),
      maxRuns: Infinity,
      maxMs: request.seconds * 1_000,
      isWatched,
      onProgress: (now) => status.put(lineOf(now)),
      signal,
    });
    status.clear();
    stream.write(`${lineOf(progress)}, seed ${request.seed}\n`);
    if (crash !== null) {
      const file = writeCrash(name, crash.input);
      stream.write(`  ✗ ${crash.error.message}: ${path.relative('.', file)}\n`);
      results.push({ target: name, ...progress, crash: crash.error.message, file });
      continue;
    }
    results.push({ target: name, ...progress, crash: null });
    if (request.keep) {
      const kept = await writeCorpus(name, interesting, target, isWatched);
      stream.write(`  the corpus has ${kept} inputs\n`);
    }
  }
  if (request.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ crash }) => crash === null) ? 0 : FOUND;
}
