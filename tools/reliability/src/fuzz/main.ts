import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { interruption } from '@rsync-io/kit/command';
import { seededRandom } from '@rsync-io/kit/random';
import { flag, number, seed, tool, words } from '@rsync-io/kit/tool';
import { readCorpus, TARGET_NAMES, writeCorpus, writeCrash } from './corpus.ts';

await tool({
  name: 'fuzz',
  about: `Feeds the code that reads hostile remote output with inputs that reach more and more of it, and checks its
invariants. Starts from tools/reliability/corpus and stops at the first input that breaks one.`,
  options: {
    target: words('targets', TARGET_NAMES),
    seconds: number('for each target', 20, { min: 0.1, max: 86_400 }),
    seed: seed(),
    keep: flag('add inputs that reached new code to the corpus, and minimize it'),
  },
  exits: '0 no crash; 1 a crash, whose input is in tools/reliability/crashes',
  run: async ({ target: names, seconds, seed, keep }) => {
    await buildPackages();
    const { TARGETS } = await import('./targets.ts');
    const { fuzz } = await import('./fuzz.ts');
    const isWatched = (url: string) => /\/aux-channel\/dist\//.test(url);
    const signal = interruption();
    let status = 0;
    for (const name of names) {
      const { crash, interesting, runs, blocks } = await fuzz({
        ...{ target: TARGETS[name], corpus: readCorpus(name), random: seededRandom(seed) },
        ...{ maxRuns: Infinity, maxMs: seconds * 1_000, isWatched, signal },
      });
      process.stdout.write(
        `${name}: ${runs} runs, ${interesting.length} inputs, ${blocks} blocks, seed ${seed}\n`,
      );
      if (crash !== null) {
        status = 1;
        const file = path.relative('.', writeCrash(name, crash.input));
        process.stdout.write(`  ✗ ${crash.error.message}: ${file}\n`);
      } else if (keep) {
        const kept = await writeCorpus(name, interesting, TARGETS[name], isWatched);
        process.stdout.write(`  the corpus has ${kept} inputs\n`);
      }
    }
    return status;
  },
});
