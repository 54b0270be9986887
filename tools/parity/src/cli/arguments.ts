import { number, type Values } from '@rsync-io/command';
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

export const OPTIONS = {
  platform: { type: 'string', default: thisPlatform() as string },
  replay: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  jobs: { type: 'string', default: '2' },
  record: { type: 'boolean', default: false },
  out: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/**
 * @param platform that this process runs on
 * @throws Error with what is wrong, for a person
 */
export function readRequest(
  values: Values<typeof OPTIONS>,
  platform: Platform = thisPlatform(),
): ParityRequest {
  const asked = values.platform as Platform;
  if (!PLATFORMS.includes(asked)) {
    throw new Error(`--platform takes ${PLATFORMS.join(', ')}, not '${asked}'.`);
  }
  if (asked !== platform && !(asked === 'windows' && platform === 'linux')) {
    throw new Error(`The matrix of ${asked} cannot be run on ${platform}.`);
  }
  const jobs = number('--jobs', values.jobs, { least: 1, most: 16, whole: true });
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
