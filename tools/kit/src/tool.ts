import { command } from './command.ts';
import { type Bounds, parseList, parseNumber } from './options.ts';

/** One row of a tool's table of options. */
export interface Option<T> {
  readonly help: string;
  /** Placeholder of the value in the help; none: the option is a switch. */
  readonly value?: string;
  readonly isRepeated?: boolean;
  /** `texts` is empty if the option is absent. Throws an Error that names the option. */
  readonly read: (texts: readonly string[], name: string) => T;
}

type Table = Readonly<Record<string, Option<unknown>>>;
export type OptionValues<T extends Table> = {
  readonly [Name in keyof T]: T[Name] extends Option<infer Value> ? Value : never;
};

export const number = (help: string, fallback: number, bounds: Bounds): Option<number> => ({
  help: `${help} (default: ${fallback})`,
  value: 'N',
  read: ([text], name) => (text === undefined ? fallback : parseNumber(name, text, bounds)),
});

/** The seed of a workload; the same seed repeats it. */
export const seed = (): Option<number> => ({
  help: 'repeat an earlier run (default: from the clock)',
  value: 'N',
  read: ([text = String((Date.now() % 1e9) + 1)], name) =>
    parseNumber(name, text, { min: 1, max: 2 ** 31, integer: true }),
});

export const words = <W extends string>(help: string, known: readonly W[]): Option<W[]> => ({
  help: `${help}: ${known.join(', ')} (default: all)`,
  value: 'LIST',
  read: ([text = known.join()], name) => parseList(name, text, known),
});

export const texts = (help: string): Option<readonly string[]> => ({
  help: `${help}; may be repeated`,
  value: 'TEXT',
  isRepeated: true,
  read: (all) => all,
});

export const flag = (help: string): Option<boolean> => ({
  help,
  read: ([text]) => text !== undefined,
});

export interface Tool<T extends Table> {
  /** As in `npm run NAME`. */
  readonly name: string;
  /** A description for `--help`. */
  readonly about: string;
  readonly options: T;
  /** The exit statuses besides 2 for wrong usage, for `--help`. */
  readonly exits: string;
  readonly run: (values: OptionValues<T>) => number | Promise<number>;
}

/** Runs a tool whose options are a table. The help text is generated from that table. */
export async function tool<const T extends Table>({ name, about, options, exits, run }: Tool<T>) {
  const rows = Object.entries(options).map(
    ([key, { value = '', help }]) => `  ${`--${key} ${value}`.padEnd(18)} ${help}\n`,
  );
  await command({
    name,
    help: `Usage: npm run ${name} [-- OPTIONS]\n\n${about}\n\n${rows.join('')}\nExit status: ${exits}; 2 wrong usage.\n`,
    options: Object.fromEntries(
      Object.entries(options).map(([key, { value, isRepeated }]) => [
        key,
        {
          type: value === undefined ? 'boolean' : 'string',
          multiple: isRepeated ?? false,
        } as const,
      ]),
    ),
    read: (values) => {
      const entries = Object.entries(options).map(([key, { read }]) => {
        const given = (values as Record<string, unknown>)[key];
        const all = given === undefined || given === false ? [] : [given].flat().map(String);
        return [key, read(all, `--${key}`)];
      });
      return Object.fromEntries(entries) as OptionValues<T>;
    },
    run,
  });
}
