import { type Platform, PLATFORMS } from '../platform.ts';
import type { CodeIdentity } from '../report/code-identity.ts';
import type { ParityReport } from '../report/report.ts';

/** Whether a platform's report is evidence for the present code. */
export interface Evidence {
  readonly platform: Platform;
  readonly counts: boolean;
  /** A summary of the report, or why it does not count and how to fix that. */
  readonly text: string;
}

export const evidenceOf = (reports: readonly ParityReport[], now: CodeIdentity): Evidence[] =>
  PLATFORMS.map((platform) => {
    const report = reports.find((one) => one.platform === platform);
    if (report === undefined) {
      const text = `no report: run npm run parity on ${platform}, or copy the workflow's parity-${platform}.json to reports/`;
      return { platform, counts: false, text };
    }
    const { totals, date, code, replay } = report;
    const what = `${totals.rows} ${replay ? 'recorded' : 'real'} transfers`;
    const when = `${date.slice(0, 10)}, ${code.commit.slice(0, 10)}`;
    const problem = problemOf(report, now);
    const text = problem ?? `${totals.cells} cells equal, ${what}, ${when}`;
    return { platform, counts: problem === null, text };
  });

function problemOf({ totals, complete, code, replay, platform }: ParityReport, now: CodeIdentity) {
  const { red, cells } = totals;
  if (red > 0) return `${red} of ${cells} cells differ: see reports/parity-${platform}.json`;
  if (cells === 0 || !complete) return 'only a part of the matrix ran: run it completely';
  if (replay && platform !== 'windows') return 'recorded runs only: run real programs';
  if (!code.clean) return 'the report is about uncommitted changes: commit and run it again';
  if (!now.clean) return 'packages/ has uncommitted changes: commit and run it again';
  if (code.packages === now.packages) return null;
  return `the report is about other code (${code.commit.slice(0, 10)}): run it again`;
}
