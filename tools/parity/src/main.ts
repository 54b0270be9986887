import path from 'node:path';
import { buildPackages } from '@rsync-io/kit/build';
import { command } from '@rsync-io/kit/command';
import { parseList, parseNumber } from '@rsync-io/kit/options';
import { ROOT } from '@rsync-io/kit/workspace';
import { type Platform, PLATFORMS, thisPlatform } from './platform.ts';

const HELP = `Usage: npm run parity [-- OPTIONS]

Copies files with a real rsync through a real sshd, once with plain ssh and once with every transport, backend
and state of the flag, and compares byte by byte: stderr as shown, as captured and as surfaced on error, exit codes,
and the files. On Linux it also runs the family "as ssh": commands with ssh and with rsync-io-ssh in its place.
Writes parity-<platform>.json and parity.html.

  --platform NAME  linux, macos or windows (default: this one). On Linux, windows runs under Wine. On Windows,
                   recorded runs are replayed instead of real programs
  --smoke          one scenario of each group
  --only NAME,…    only scenarios with one of these in their name
  --jobs N         concurrent rows (default: 2)
  --record         record what plain ssh wrote, for Windows
  --out FOLDER     write the report there (default: reports/)
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
  /** Parts of the names of scenarios; empty: all. */
  readonly only: readonly string[];
  readonly jobs: number;
  readonly record: boolean;
  readonly out: string;
}

await command({
  name: 'parity',
  help: HELP,
  options: {
    platform: { type: 'string', default: thisPlatform() as string },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    record: { type: 'boolean', default: false },
    out: { type: 'string', default: path.join(ROOT, 'reports') },
  },
  read: ({ platform: wanted, smoke, only, jobs, out, record }): ParityRequest => {
    const here = thisPlatform();
    const [platform] = parseList('--platform', wanted, PLATFORMS) as [Platform];
    if (platform !== here && !(platform === 'windows' && here === 'linux')) {
      throw new Error(`The matrix of ${platform} cannot be run on ${here}.`);
    }
    if (record && (platform === 'windows' || smoke || only !== '')) {
      throw new Error('--record requires a complete run of real programs.');
    }
    return {
      platform,
      record,
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
