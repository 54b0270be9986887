import type { CaseResult } from '../as-ssh/family.ts';
import { splitFd2 } from '../judge/split-fd2.ts';
import type { CellResult, Row } from '../matrix/run-matrix.ts';
import type { Direction, Scenario } from '../matrix/scenario.ts';
import type { Platform } from '../platform.ts';
import type { CodeIdentity } from './code-identity.ts';

/** `reports/parity-<platform>.json` */
export interface ParityReport {
  readonly schema: 3;
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
  readonly rows: readonly ReportRow[];
  /** The family "as ssh"; absent on platforms where it does not run. Not part of the totals. */
  readonly asSsh?: readonly CaseResult[];
}

export interface ReportRow extends Pick<Scenario<never>, 'name' | 'title' | 'group'> {
  readonly direction: Direction;
  readonly cells: readonly ReportCell[];
}

export interface ReportCell {
  readonly variant: string;
  readonly differences: CellResult['differences'];
  /** What was observed, by its title; empty if the run failed. */
  readonly observed: Readonly<Record<string, string>>;
}

/** Unit: bytes. */
const TAIL_BYTES = 4_096;

export function makeReport(
  rows: readonly Row[],
  facts: Omit<ParityReport, 'schema' | 'totals' | 'rows'>,
): ParityReport {
  const reported = rows.map(({ scenario, direction, cells }): ReportRow => ({
    ...scenario,
    direction,
    cells: cells.map((cell) => ({
      variant: cell.variant.id,
      differences: cell.differences,
      observed: observed(cell),
    })),
  }));
  const cells = reported.flatMap((row) => row.cells);
  const red = cells.filter(({ differences }) => differences.length > 0);
  const totals = { rows: rows.length, cells: cells.length, red: red.length };
  return { schema: 3, ...facts, totals, rows: reported };
}

function observed({ variant, observation }: CellResult): Record<string, string> {
  if (observation === null) return {};
  const { client, transport } = observation;
  const { ofChild, surfaced } = splitFd2(variant, observation);
  return {
    "the client's exit": String(client.signal ?? client.code),
    "the client's stderr": newest(client.stderr),
    'fd 2, written by ssh and the remote side': newest(ofChild),
    'surfaced after a failure': newest(surfaced),
    ...(transport && { captured: newest(transport.captured.bytes) }),
  };
}

/** The newest bytes as ISO 8859-1 text. */
function newest(bytes: Uint8Array): string {
  const before = bytes.length - TAIL_BYTES;
  const text = Buffer.from(bytes.subarray(-TAIL_BYTES)).toString('latin1');
  return before > 0 ? `… (${before} bytes before)\n${text}` : text;
}
