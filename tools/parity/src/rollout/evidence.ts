import { type Platform, PLATFORMS } from '../platform.ts';
import type { CodeIdentity } from '../report/code-identity.ts';
import type { ParityReport } from '../report/report.ts';

/** Whether a platform's report is evidence for the present code. */
export interface Evidence {
  readonly platform: Platform;
  readonly counts: boolean;
  /** What was tested, or why it does not count and what to do. */
  readonly text: string;
}

export function evidenceOf(reports: readonly ParityReport[], now: CodeIdentity): Evidence[] {
  return PLATFORMS.map((platform) => {
    const report = reports.find((one) => one.platform === platform);
    const problem = report === undefined ? noReport(platform) : problemOf(report, now);
    if (problem !== null) return { platform, counts: false, text: problem };
    return { platform, counts: true, text: describe(report as ParityReport) };
  });
}

const noReport = (platform: Platform) =>
  `no report: run npm run parity on ${platform}, or copy the workflow's parity-${platform}.json to reports/`;

function problemOf({ totals, complete, code, replay, platform }: ParityReport, now: CodeIdentity) {
  const { red, cells } = totals;
  if (red > 0) return `${red} of ${cells} cells differ: see reports/parity.html`;
  if (cells === 0 || !complete) return 'only a part of the matrix ran: run it completely';
  if (replay && platform !== 'windows') return 'recorded runs only: run real programs';
  if (!code.clean) return 'the report is about uncommitted changes: commit and run it again';
  if (!now.clean) return 'packages/ has uncommitted changes: commit and run it again';
  if (code.packages === now.packages) return null;
  return `the report is about other code (${code.commit.slice(0, 10)}): run it again`;
}

function describe({ totals, date, code, replay }: ParityReport): string {
  const what = replay ? 'recorded transfers' : 'real transfers';
  return `${totals.cells} cells equal, ${totals.rows} ${what}, ${date.slice(0, 10)}, ${code.commit.slice(0, 10)}`;
}
