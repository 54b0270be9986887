import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Cell, RowTitle } from '../matrix/environment.ts';
import type { Row } from '../matrix/run-matrix.ts';
import { type Platform, PLATFORMS } from '../platform.ts';
import type { CodeIdentity } from './code-identity.ts';

/** `reports/parity-<platform>.json` */
export interface ParityReport {
  readonly platform: Platform;
  /** Whether recorded runs were replayed instead of real programs. */
  readonly replay: boolean;
  /** Whether every scenario ran. */
  readonly complete: boolean;
  readonly date: string;
  readonly code: CodeIdentity;
  /** Node, ssh, sshd, rsync. */
  readonly versions: Readonly<Record<string, string>>;
  /** Without the family "as ssh". */
  readonly totals: { readonly rows: number; readonly cells: number; readonly red: number };
  /** IDs of the columns. */
  readonly variants: readonly string[];
  readonly rows: readonly ReportRow[];
  /** The family "as ssh"; empty on platforms where it does not run. */
  readonly asSsh: readonly ReportRow[];
}

interface ReportRow extends RowTitle {
  readonly cells: readonly {
    readonly variant: string;
    readonly differences: Cell['differences'];
  }[];
}

export function makeReport(
  transfers: readonly Row<RowTitle, unknown>[],
  asSsh: readonly Row<RowTitle, unknown>[],
  facts: Omit<ParityReport, 'totals' | 'rows' | 'asSsh'>,
): ParityReport {
  const rows = transfers.map(reportRow);
  const cells = rows.flatMap((row) => row.cells);
  const totals = { rows: rows.length, cells: cells.length, red: countRed(rows) };
  return { ...facts, totals, rows, asSsh: asSsh.map(reportRow) };
}

const reportRow = ({ cells, ...row }: Row<RowTitle, unknown>): ReportRow => ({
  ...row,
  cells: cells.map(({ variant, differences }) => ({ variant: variant.id, differences })),
});

/** The number of cells with a difference. */
export const countRed = (rows: readonly ReportRow[]) =>
  rows.flatMap(({ cells }) => cells).filter(({ differences }) => differences.length > 0).length;

/** The reports of a folder, by platform. */
export function readReports(folder: string): ParityReport[] {
  const files = PLATFORMS.map((platform) => path.join(folder, `parity-${platform}.json`));
  return files
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ParityReport);
}
