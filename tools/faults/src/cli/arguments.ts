/** What `npm run faults` was asked to do. */
export type FaultsRequest =
  | {
      readonly kind: 'run' | 'list';
      readonly json: boolean;
      /** Parts of names; a case runs that has one of them. Empty: all. */
      readonly filters: readonly string[];
      readonly jobs: number;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage error'; readonly message: string };

/** Two, because a case is a process that mostly waits for another one. */
const DEFAULT_JOBS = 2;

export function parseArguments(argv: readonly string[]): FaultsRequest {
  const words = [...argv];
  const filters: string[] = [];
  let kind: 'run' | 'list' = 'run';
  let json = false;
  let jobs = DEFAULT_JOBS;
  while (words.length > 0) {
    const word = words.shift() as string;
    switch (word) {
      case '--help':
      case '-h':
        return { kind: 'help' };
      case '--list':
        kind = 'list';
        break;
      case '--json':
        json = true;
        break;
      case '--filter': {
        const text = words.shift();
        if (text === undefined) return usageError('--filter needs a text');
        filters.push(text);
        break;
      }
      case '--jobs': {
        jobs = Number(words.shift());
        if (!Number.isInteger(jobs) || jobs < 1)
          return usageError('--jobs needs a positive number');
        break;
      }
      default:
        return usageError(`unknown argument ${JSON.stringify(word)}`);
    }
  }
  return { kind, json, filters, jobs };
}

const usageError = (message: string): FaultsRequest => ({ kind: 'usage error', message });

export const HELP = `Usage: npm run faults -- [--filter TEXT]… [--list] [--json] [--jobs N] [--help]

Makes everything on the path of both transports fail once, each case in a process of its own, and
checks: the right error or the right result, no hang, no lost byte, nothing left behind.

  --filter TEXT  only cases with TEXT in their name; several: any of them
  --list         prints the names of the cases
  --json         prints the results as JSON
  --jobs N       cases at a time (2)

Exit status: 0 all right, 1 something is wrong, 2 wrong usage, 130 interrupted.
System calls are made to fail by strace, which has to be installed; Linux only.
`;
