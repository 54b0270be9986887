/** What `npm run bench` was asked to do. */
export type BenchRequest =
  | {
      readonly kind: 'run';
      readonly quick: boolean;
      readonly json: boolean;
      /** Names of cases; empty: all. */
      readonly only: readonly string[];
      /** Where the report goes; `null`: where it always goes. */
      readonly out: string | null;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage-error'; readonly message: string };

/** @param names of the cases that there are */
export function parseArguments(argv: readonly string[], names: readonly string[]): BenchRequest {
  const words = [...argv];
  const only: string[] = [];
  let quick = false;
  let json = false;
  let out: string | null = null;
  while (words.length > 0) {
    const word = words.shift() as string;
    switch (word) {
      case '--help':
      case '-h':
        return { kind: 'help' };
      case '--quick':
        quick = true;
        break;
      case '--json':
        json = true;
        break;
      case '--only': {
        const before = only.length;
        while (words[0] !== undefined && !words[0].startsWith('-'))
          only.push(words.shift() as string);
        if (only.length === before) return usageError('--only needs the name of a case');
        break;
      }
      case '--out': {
        const folder = words.shift();
        if (folder === undefined) return usageError('--out needs a folder');
        out = folder;
        break;
      }
      default:
        return usageError(`unknown argument ${JSON.stringify(word)}`);
    }
  }
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    return usageError(`no case is named ${JSON.stringify(unknown)}; there are ${names.join(', ')}`);
  }
  return { kind: 'run', quick, json, only, out };
}

const usageError = (message: string): BenchRequest => ({ kind: 'usage-error', message });

export function usage(cases: readonly { name: string; title: string }[]): string {
  const width = Math.max(...cases.map(({ name }) => name.length));
  return `Usage: npm run bench -- [--quick] [--json] [--only NAME…] [--out FOLDER] [--help]

Compares speed and memory with peers, side by side, and writes bench.json, bench.md and
plots into reports/. A missed target is no error: this is a report.

  --quick       smaller sizes, 3 rounds instead of 5: for a look
  --json        prints the report as JSON instead of a table
  --only NAME…  these cases only
  --out FOLDER  writes there instead of reports/

Cases:
${cases.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}
`;
}
