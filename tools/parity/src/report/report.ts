import type { Cell, Observation, RowTitle } from '../matrix/environment.ts';
import { splitFd2 } from '../matrix/judge.ts';
import type { Row } from '../matrix/run-matrix.ts';
import type { Scenario } from '../matrix/scenario.ts';
import type { Platform } from '../platform.ts';
import type { CodeIdentity } from './code-identity.ts';

/** `reports/parity-<platform>.json` */
export interface ParityReport {
  readonly schema: 4;
  readonly platform: Platform;
  /** Whether recorded runs were replayed instead of real programs. */
  readonly replay: boolean;
  /** Whether every scenario ran. */
  readonly complete: boolean;
  readonly date: string;
  readonly code: CodeIdentity;
  /** Node, ssh, sshd, rsync. */
  readonly versions: Readonly<Record<string, string>>;
  readonly totals: { readonly rows: number; readonly cells: number; readonly red: number };
  /** IDs of the columns. */
  readonly variants: readonly string[];
  readonly rows: readonly (Scenario & { readonly cells: readonly ReportCell[] })[];
  /** The family "as ssh"; empty on platforms where it does not run. Not part of the totals. */
  readonly asSsh: readonly { readonly name: string; readonly differences: Cell['differences'] }[];
}

export interface ReportCell {
  readonly variant: string;
  readonly differences: Cell['differences'];
  /** Observed values by title; empty if the run failed. */
  readonly observed: Readonly<Record<string, string>>;
}

/** Unit: bytes. */
const TAIL_BYTES = 4_096;

export function makeReport(
  results: readonly Row<Scenario, Observation>[],
  cases: readonly Row<RowTitle, unknown>[],
  facts: Omit<ParityReport, 'schema' | 'totals' | 'rows' | 'asSsh'>,
): ParityReport {
  const rows = results.map((row) => ({ ...row, cells: row.cells.map(reportCell) }));
  const cells = rows.flatMap((row) => row.cells);
  const red = cells.filter(({ differences }) => differences.length > 0);
  const totals = { rows: rows.length, cells: cells.length, red: red.length };
  const asSsh = cases.map(({ name, cells: programs }) => ({
    name,
    differences: programs.flatMap(({ differences }) => differences),
  }));
  return { schema: 4, ...facts, totals, rows, asSsh };
}

function reportCell({ variant, differences, observation }: Cell): ReportCell {
  if (observation === null) return { variant: variant.id, differences, observed: {} };
  const { client, transport } = observation;
  const { ofChild, surfaced } = splitFd2(variant, observation);
  const observed = {
    "the client's exit": String(client.signal ?? client.code),
    "the client's stderr": newest(client.stderr),
    'fd 2, written by ssh and the remote side': newest(ofChild),
    'surfaced after a failure': newest(surfaced),
    ...(transport && { captured: newest(transport.captured.bytes) }),
  };
  return { variant: variant.id, differences, observed };
}

/** The newest bytes as ISO 8859-1 text. */
function newest(bytes: Uint8Array): string {
  const before = bytes.length - TAIL_BYTES;
  const text = Buffer.from(bytes.subarray(-TAIL_BYTES)).toString('latin1');
  return before > 0 ? `… (${before} bytes before)\n${text}` : text;
}
