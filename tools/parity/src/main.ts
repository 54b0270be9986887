import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { command } from '@rsync-io/kit/command';
import { parseNumber } from '@rsync-io/kit/options';
import { ROOT } from '@rsync-io/kit/workspace';
import { type Platform, PLATFORMS, thisPlatform } from './platform.ts';

const HELP = `Usage: npm run parity [-- OPTIONS]

Copies files with a real rsync through a real sshd, once with plain ssh and once with every transport, backend
and state of the flag, and compares byte by byte: stderr as shown, as captured and as surfaced on error, exit codes,
and the files. On Linux it also runs the family "as ssh": commands with ssh and with rsync-io-ssh in its place.
Writes parity-<platform>.json and parity.html.

  --platform NAME  linux, macos or windows (default: this one). On Linux, windows runs under Wine
  --replay         replay recorded runs instead of real programs; always so on Windows
  --smoke          one scenario of each group
  --only NAME,…    only scenarios with one of these in their name
  --jobs N         concurrent rows (default: 2)
  --record         record what plain ssh wrote, for --replay
  --out FOLDER     write the report there (default: reports/)
  --json           print totals and differences as JSON on stdout, progress on stderr
  --help           print this text

Exit status: 0 all equal; 1 something differs; 2 wrong usage; 3 unsupported system.
`;

/** One scenario of each group, for CI. */
const SMOKE = [
  ...['quiet-success', 'missing-source-told-there', 'auth-denied', 'rsync-missing'],
  ...['daemon-over-shell', 'no-newline', 'local-command-left'],
  ...['as-ssh-exit-codes', 'as-ssh-quiet', 'as-ssh-signals', 'as-ssh-terminal', 'as-ssh-suspend'],
  ...['as-ssh-rsync-all-bytes', 'as-ssh-scp', 'as-ssh-git'],
];

export interface ParityRequest {
  readonly platform: Platform;
  readonly replay: boolean;
  /** Parts of the names of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly jobs: number;
  readonly record: boolean;
  readonly out: string;
  readonly json: boolean;
}

await command({
  name: 'parity',
  help: HELP,
  options: {
    platform: { type: 'string', default: thisPlatform() as string },
    replay: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    record: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(ROOT, 'reports') },
    json: { type: 'boolean', default: false },
  },
  read: ({ platform: wanted, smoke, only, jobs, out, ...rest }): ParityRequest => {
    const platform = PLATFORMS.find((one) => one === wanted);
    if (platform === undefined) {
      throw new Error(`--platform takes ${PLATFORMS.join(', ')}, not '${wanted}'.`);
    }
    const here = thisPlatform();
    if (platform !== here && !(platform === 'windows' && here === 'linux')) {
      throw new Error(`The matrix of ${platform} cannot be run on ${here}.`);
    }
    const replay = rest.replay || platform === 'windows';
    if (rest.record && (replay || smoke || only !== '')) {
      throw new Error('--record requires a complete run of real programs.');
    }
    return {
      ...rest,
      platform,
      replay,
      only: smoke ? SMOKE : only.split(',').filter((name) => name !== ''),
      jobs: parseNumber('--jobs', jobs, { min: 1, max: 16, integer: true }),
      out: path.resolve(out),
    };
  },
  run: async (request) => {
    // Under Wine everything is built already.
    if (process.platform !== 'win32') await buildPackages();
    const { parity } = await import('./parity.ts');
    return parity(request);
  },
});
