import { parseArgs, type ParseArgsConfig } from 'node:util';

const WRONG_USAGE = 2;
const UNSUPPORTED = 3;

/** This machine cannot run the command; the message states why and what to do. */
export class UnsupportedError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The values that `parseArgs` returns for these options. */
export type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>['values'];

export interface Command<O extends Options, Request> {
  /** As in `npm run NAME`; prefixes messages. */
  readonly name: string;
  /** The text that `--help` prints. */
  readonly help: string;
  /** Options for `parseArgs`. `--help` and `-h` are added. */
  readonly options: O;
  readonly allowPositionals?: boolean;
  /** Validates the arguments. Throws an Error whose message names the wrong one. */
  readonly read: (values: Values<O>, positionals: readonly string[]) => Request;
  /** Returns the exit status. Throws {@link UnsupportedError}. */
  readonly run: (request: Request) => number | Promise<number>;
}

/** Runs a command-line tool and sets `process.exitCode`. */
export async function command<const O extends Options, Request>(tool: Command<O, Request>) {
  let request: Request;
  try {
    const { values, positionals } = parseArgs({
      options: { ...tool.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: tool.allowPositionals ?? false,
    });
    if ((values as { help?: boolean }).help) {
      process.stdout.write(tool.help);
      return;
    }
    request = tool.read(values as Values<O>, positionals);
  } catch (error) {
    process.stderr.write(`${tool.name}: ${(error as Error).message}\nTry --help.\n`);
    process.exitCode = WRONG_USAGE;
    return;
  }
  try {
    process.exitCode = await tool.run(request);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    process.stderr.write(`${tool.name}: not run: ${error.message}\n`);
    process.exitCode = UNSUPPORTED;
  }
}

/** Exit status after Ctrl-C, by the convention of shells. */
export const INTERRUPTED = 130;

/**
 * A signal that aborts at the first SIGINT or SIGTERM, so that the command can clean up. The second one ends
 * the process.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`Ended by ${signal}.`)));
  }
  return controller.signal;
}
