import { parseArgs } from 'node:util';
import { UnsupportedError, UsageError } from './command.ts';

/** One row of a tool's table of options. */
export interface Option<T> {
  readonly help: string;
  /** Placeholder of the value in the help; none: the option is a switch. */
  readonly value?: string;
  /** `texts` is empty if the option is absent. Throws a UsageError that names the option. */
  readonly read: (texts: readonly string[], name: string) => T;
}

type Table = Readonly<Record<string, Option<unknown>>>;

type OptionValues<T extends Table> = {
  readonly [Name in keyof T]: T[Name] extends Option<infer Value> ? Value : never;
};

/** Both bounds are inclusive. The number is an integer unless `min` is a fraction. */
export const number = (
  help: string,
  fallback: number,
  { min, max }: { min: number; max: number },
): Option<number> => ({
  help: `${help} (default: ${fallback})`,
  value: 'N',
  read: ([text = String(fallback)], name) => {
    const value = Number(text);
    const isWhole = Number.isInteger(min);
    const isValid = text.trim() !== '' && (!isWhole || Number.isInteger(value));
    if (isValid && value >= min && value <= max) return value;
    const kind = isWhole ? 'an integer' : 'a number';
    throw new UsageError(`${name} takes ${kind} from ${min} to ${max}, not '${text}'.`);
  },
});

/** The seed of a workload; the same seed repeats it. */
export const seed = (): Option<number> => ({
  ...number('repeat an earlier run', (Date.now() % 1e9) + 1, { min: 1, max: 2 ** 31 }),
  help: 'repeat an earlier run (default: from the clock)',
});

/** Some of the known words. */
export const words = <W extends string>(help: string, known: readonly W[]): Option<W[]> => ({
  help: `${help}: ${known.join(', ')} (default: all)`,
  value: 'LIST',
  read: ([text = known.join()], name) =>
    text.split(',').map((word) => {
      const found = known.find((one) => one === word);
      if (found !== undefined) return found;
      throw new UsageError(`${name} does not accept '${word}'; it accepts ${known.join(', ')}.`);
    }),
});

export const texts = (help: string): Option<readonly string[]> => ({
  help: `${help}; may be repeated`,
  value: 'TEXT',
  read: (all) => all,
});

export const flag = (help: string): Option<boolean> => ({
  help,
  read: ([text]) => text !== undefined,
});

export interface Tool<T extends Table> {
  /** As in `npm run NAME`; prefixes messages. */
  readonly name: string;
  /** The arguments after the name, for `--help`. Arguments that are not options are accepted only if it is given. */
  readonly usage?: string;
  /** A description for `--help`. */
  readonly about: string;
  readonly options: T;
  /** The exit statuses besides 2 for wrong usage, for `--help`. */
  readonly exits: string;
  /** Returns the exit status. Throws {@link UsageError} and {@link UnsupportedError}. */
  readonly run: (
    values: OptionValues<T>,
    positionals: readonly string[],
  ) => number | Promise<number>;
}

/** Runs a command-line tool whose options are a table, and sets `process.exitCode`. */
export async function tool<const T extends Table>(tool: Tool<T>): Promise<void> {
  try {
    process.exitCode = await runTool(tool);
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException;
    if (error instanceof UnsupportedError) {
      process.stderr.write(`${tool.name}: not run: ${message}\n`);
      process.exitCode = 3;
    } else if (error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS_')) {
      process.stderr.write(`${tool.name}: ${message}\nTry --help.\n`);
      process.exitCode = 2;
    } else throw error;
  }
}

async function runTool<T extends Table>({ options, run, ...tool }: Tool<T>): Promise<number> {
  const rows = Object.entries(options);
  const { values, positionals } = parseArgs({
    options: {
      ...Object.fromEntries(
        rows.map(([key, { value }]) => {
          const type = value === undefined ? ('boolean' as const) : ('string' as const);
          return [key, { type, multiple: true }];
        }),
      ),
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: tool.usage !== undefined,
  });
  if (values['help']) {
    process.stdout.write(helpText(options, tool));
    return 0;
  }
  const given = values as Readonly<Record<string, readonly (string | boolean)[]>>;
  const read = rows.map(([key, row]) => [
    key,
    row.read((given[key] ?? []).map(String), `--${key}`),
  ]);
  return run(Object.fromEntries(read) as OptionValues<T>, positionals);
}

type Texts = Pick<Tool<Table>, 'name' | 'usage' | 'about' | 'exits'>;

function helpText(options: Table, { name, usage = '[-- OPTIONS]', about, exits }: Texts): string {
  const rows = Object.entries(options).map(
    ([key, { value = '', help }]) => `  ${`--${key} ${value}`.padEnd(18)} ${help}\n`,
  );
  return `Usage: npm run ${name} ${usage}\n\n${about}\n\n${rows.join('')}\nExit status: ${exits}; 2 wrong usage.\n`;
}
