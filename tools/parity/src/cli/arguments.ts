import { parseArgs } from 'node:util';
import type { Platform } from '../report/report.js';

/** What `npm run parity` was asked to do. */
export interface ParityRequest {
  readonly platform: Platform;
  readonly replay: boolean;
  readonly smoke: boolean;
  readonly only: readonly string[];
  readonly jobs: number;
  readonly record: boolean;
  /** `null`: `reports/` of the checkout. */
  readonly out: string | null;
  readonly json: boolean;
  readonly help: boolean;
}

export const HELP = `Usage: npm run parity [-- OPTIONS]

Moves files with a real rsync through a real sshd, once by plain ssh and once by every transport, backend
and state of the flag, and compares byte by byte what came of it: stderr as it was shown, as it was captured
and as it was told of a failure, exit codes, and the files. Writes parity-<platform>.json and parity.html.

  --platform NAME  linux, macos or windows (default: this one). On Linux, windows runs under Wine
  --replay         plays recorded runs again instead of real programs; always so on Windows
  --smoke          one scenario of each group
  --only NAME,…    only scenarios whose name has one of these in it
  --jobs N         rows at a time (default: 2)
  --record         keeps what plain ssh said for --replay, in the repository
  --out FOLDER     writes the report there instead of reports/
  --json           the report's totals and differences as JSON on stdout, progress on stderr
  --help           this text

Exit status: 0 all equal; 1 something differs; 2 wrong usage; 3 cannot be run here.
`;

const PLATFORMS: readonly Platform[] = ['linux', 'macos', 'windows'];

/** @throws Error with what is wrong, for a person */
export function parseArguments(argv: readonly string[], platform: Platform): ParityRequest {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      platform: { type: 'string', default: platform },
      replay: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      jobs: { type: 'string', default: '2' },
      record: { type: 'boolean', default: false },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const asked = values.platform as Platform;
  if (!PLATFORMS.includes(asked)) {
    throw new Error(`--platform takes ${PLATFORMS.join(', ')}, not '${asked}'.`);
  }
  if (asked !== platform && !(asked === 'windows' && platform === 'linux')) {
    throw new Error(`The matrix of ${asked} cannot be run on ${platform}.`);
  }
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 16) {
    throw new Error(`--jobs takes a number from 1 to 16, not '${values.jobs}'.`);
  }
  const replay = values.replay || asked === 'windows';
  if (values.record && (replay || values.smoke || values.only !== '')) {
    throw new Error('--record keeps a whole run of real programs.');
  }
  return {
    ...values,
    platform: asked,
    replay,
    jobs,
    only: values.only.split(',').filter((name) => name !== ''),
    out: values.out ?? null,
  };
}

/** The platform that this process runs on. */
export function thisPlatform(platform: NodeJS.Platform = process.platform): Platform {
  if (platform === 'win32') return 'windows';
  return platform === 'darwin' ? 'macos' : 'linux';
}
