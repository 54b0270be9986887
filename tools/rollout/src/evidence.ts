import type { CodeIdentity, ParityReport, Platform } from '@rsync-io/parity';

/** The platforms on which parity has to be shown. */
export const PLATFORMS: readonly Platform[] = ['linux', 'macos', 'windows'];

/** What a platform's report is worth for the code as it is now. */
export interface Evidence {
  readonly platform: Platform;
  readonly counts: boolean;
  /** In words: what was shown, or why it does not count and what to do. */
  readonly words: string;
}

export function evidence(reports: readonly ParityReport[], now: CodeIdentity): Evidence[] {
  return PLATFORMS.map((platform) => {
    const report = reports.find((one) => one.platform === platform);
    const objection = report === undefined ? absent(platform) : objectionTo(report, now);
    if (objection !== null) return { platform, counts: false, words: objection };
    return { platform, counts: true, words: shown(report as ParityReport) };
  });
}

const absent = (platform: Platform) =>
  `no report: run npm run parity on ${platform}, or put the workflow's parity-${platform}.json into reports/`;

function objectionTo(
  { totals, complete, code, replay, platform }: ParityReport,
  now: CodeIdentity,
) {
  if (totals.red > 0)
    return `${totals.red} of ${totals.cells} cells differ: see reports/parity.html`;
  if (totals.cells === 0 || !complete) return 'only a part of the matrix was run: run it whole';
  if (replay && platform !== 'windows') return 'recorded runs only: real programs are wanted here';
  if (!code.clean) return 'the report is of changes that no commit has: commit, and run it again';
  if (!now.clean) return 'packages/ has changes that no commit has: commit, and run it again';
  if (code.packages !== now.packages) {
    return `the report is of other code (${code.commit.slice(0, 10)}): run it again`;
  }
  return null;
}

function shown({ totals, date, code, replay }: ParityReport): string {
  const what = replay ? 'recorded transfers' : 'real transfers';
  return `${totals.cells} cells equal, ${totals.rows} ${what}, ${date.slice(0, 10)}, ${code.commit.slice(0, 10)}`;
}
