import { PLATFORMS } from '../platform.ts';
import type { CodeIdentity } from '../report/code-identity.ts';
import type { ParityReport } from '../report/report.ts';

/** For each platform, whether its report is evidence for the present code. */
export const evidenceOf = (reports: readonly ParityReport[], now: CodeIdentity) =>
  PLATFORMS.map((platform) => {
    const report = reports.find((one) => one.platform === platform);
    const problem =
      report === undefined
        ? `no report: run npm run parity on ${platform}, or copy the workflow's parity-${platform}.json to reports/`
        : problemOf(report, now);
    /** A summary of the report, or why it does not count and how to fix that. */
    const text = problem ?? summaryOf(report as ParityReport);
    return { platform, counts: problem === null, text };
  });

export type Evidence = ReturnType<typeof evidenceOf>[number];

function summaryOf({ totals, date, code, replay }: ParityReport): string {
  const transfers = `${totals.rows} ${replay ? 'recorded' : 'real'} transfers`;
  return `${totals.cells} cells equal, ${transfers}, ${date.slice(0, 10)}, ${code.commit.slice(0, 10)}`;
}

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
