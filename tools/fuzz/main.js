import {
  TARGETS,
  fuzz,
  keep,
  keepCrash,
  readCorpus,
  seededRandom
} from "./chunk-DARGIFEI.js";

// src/main.ts
import path from "path";
import { command, interruption, listed, number, oneLine } from "@rsync-io/command";
var NAMES = Object.keys(TARGETS);
var HELP = `Usage: npm run fuzz [-- OPTIONS]

Gives the code that reads what a hostile remote wrote inputs that reach ever more of it, and checks what has to
hold. Starts from tools/fuzz/corpus, and stops at the first input that breaks something.

  --target NAME   of ${NAMES.join(", ")} (default: all, one after the other)
  --seconds N     for each target (default: 20)
  --seed N        the same inputs again (default: the clock's)
  --keep          adds inputs that found new code to the corpus
  --json          the result as JSON on stdout, progress on stderr
  --help          this text

Exit status: 0 nothing was found; 1 something was, and is kept in tools/fuzz/crashes; 2 wrong usage.
`;
var FOUND = 1;
await command({
  name: "fuzz",
  help: HELP,
  options: {
    target: { type: "string", default: NAMES.join(",") },
    seconds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1e6 + 1) },
    keep: { type: "boolean", default: false },
    json: { type: "boolean", default: false }
  },
  read: ({ target, seconds, seed, ...rest }) => ({
    ...rest,
    targets: listed("--target", target, NAMES),
    seconds: number("--seconds", seconds, { least: 0.1, most: 86400 }),
    seed: number("--seed", seed, { least: 1, most: 2 ** 32 - 1, whole: true })
  }),
  run
});
async function run(asked) {
  const stream = asked.json ? process.stderr : process.stdout;
  const progressLine = oneLine(stream);
  const signal = interruption();
  const results = [];
  for (const name of asked.targets) {
    const started = performance.now();
    const show = ({ runs, corpus, blocks }) => {
      const rate = Math.round(runs / ((performance.now() - started) / 1e3));
      const line = `${name}: ${runs} runs (${rate}/s), ${corpus} inputs, ${blocks} blocks`;
      progressLine.put(line);
      return line;
    };
    const { crash, interesting, ...progress } = await fuzz({
      target: TARGETS[name],
      corpus: readCorpus(name),
      random: seededRandom(asked.seed),
      maxRuns: Infinity,
      maxMs: asked.seconds * 1e3,
      isWatched: (url) => /\/aux-channel\/dist\//.test(url),
      onProgress: show,
      signal
    });
    const last = show(progress);
    progressLine.clear();
    stream.write(`${last}, seed ${asked.seed}
`);
    if (crash !== null) {
      const file = keepCrash(name, crash.input);
      stream.write(`  \u2717 ${crash.error.message}: ${path.relative(".", file)}
`);
      results.push({ target: name, ...progress, crash: crash.error.message, file });
      continue;
    }
    results.push({ target: name, ...progress, crash: null });
    if (asked.keep) stream.write(`  ${keep(name, interesting)} inputs were added to the corpus
`);
  }
  if (asked.json) process.stdout.write(`${JSON.stringify(results, null, 2)}
`);
  return results.every(({ crash }) => crash === null) ? 0 : FOUND;
}
