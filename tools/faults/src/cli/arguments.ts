import { number, type Values } from '@rsync-io/command';

/** What `npm run faults` was asked to do. */
export interface FaultsRequest {
  /** Names only. */
  readonly list: boolean;
  readonly json: boolean;
  /** Parts of names; a case runs that has one of them. Empty: all. */
  readonly filters: readonly string[];
  readonly jobs: number;
}

export const OPTIONS = {
  filter: { type: 'string', multiple: true, default: [] as string[] },
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  // Two, because a case is a process that mostly waits for another one.
  jobs: { type: 'string', default: '2' },
} as const;

/** @throws Error with what is wrong, for a person */
export function readRequest({ filter, jobs, ...rest }: Values<typeof OPTIONS>): FaultsRequest {
  return {
    ...rest,
    filters: filter,
    jobs: number('--jobs', jobs, { least: 1, most: 64, whole: true }),
  };
}

export const HELP = `Usage: npm run faults -- [--filter TEXT]… [--list] [--json] [--jobs N]

Makes everything on the path of both transports fail once, each case in a process of its own, and
checks: the right error or the right result, no hang, no lost byte, nothing left behind.

  --filter TEXT  only cases with TEXT in their name; several: any of them
  --list         prints the names of the cases
  --json         prints the results as JSON
  --jobs N       cases at a time (default: 2)
  --help         this text

Exit status: 0 all right, 1 something is wrong, 2 wrong usage, 3 cannot be run here, 130 interrupted.
System calls are made to fail by strace, which has to be installed; Linux only.
`;
