import type { Values } from '@rsync-io/kit/command';
import { parseList } from '@rsync-io/kit/options';

/** The options of `npm run bench`. */
export interface BenchRequest {
  readonly quick: boolean;
  readonly json: boolean;
  /** Names of cases; empty for all. */
  readonly only: readonly string[];
  /** The folder of the report; `null` for the default. */
  readonly out: string | null;
}

export const OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  only: { type: 'string' },
  out: { type: 'string' },
} as const;

/**
 * @param names the names of all cases
 * @throws Error that describes the invalid argument
 */
export function readRequest(
  { quick, json, only, out }: Values<typeof OPTIONS>,
  names: readonly string[],
): BenchRequest {
  return {
    quick,
    json,
    only: only === undefined ? [] : parseList('--only', only, names),
    out: out ?? null,
  };
}

export function usage(cases: readonly { name: string; title: string }[]): string {
  const width = Math.max(...cases.map(({ name }) => name.length));
  return `Usage: npm run bench -- [--quick] [--json] [--only NAME,…] [--out FOLDER]

Compares speed and memory with peers and writes bench.json and bench.md to reports/. A missed target is not an
error.

  --quick       smaller sizes, 3 rounds instead of 5: for a look
  --json        prints the report as JSON instead of a table
  --only NAME,… these cases only
  --out FOLDER  writes there instead of reports/
  --help        this text

Cases:
${cases.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n')}
`;
}
