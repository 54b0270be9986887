import { createHash } from 'node:crypto';
import type { CaseResult } from '../as-ssh/family.ts';
import type { Variant } from '../variant/variant.ts';
import type { Difference } from '../judge/judge.ts';
import { splitFd2 } from '../judge/split-fd2.ts';
import type { CellResult, Row } from '../matrix/run-matrix.ts';
import type { Ending, Observation } from '../matrix/observation.ts';
import type { Direction, Group } from '../matrix/scenario.ts';
import type { Platform } from '../platform.ts';
import type { CodeIdentity } from './code-identity.ts';

/** `reports/parity-<platform>.json` */
export interface ParityReport {
  readonly schema: 2;
  readonly platform: Platform;
  /** Whether recorded runs were replayed instead of real programs. */
  readonly replay: boolean;
  /** Whether every scenario ran. */
  readonly complete: boolean;
  readonly date: string;
  readonly code: CodeIdentity;
  /** Node, ssh, sshd, rsync. */
  readonly versions: Readonly<Record<string, string>>;
  readonly totals: Totals;
  readonly variants: readonly Variant[];
  readonly rows: readonly ReportRow[];
  /** The family "as ssh"; absent on platforms where it does not run. Not part of the totals. */
  readonly asSsh?: readonly CaseResult[];
  /** Every observed byte stream once, by the first 16 digits of its SHA-256. */
  readonly streams: Readonly<Record<string, Stream>>;
}

export interface Totals {
  readonly rows: number;
  readonly cells: number;
  readonly red: number;
}

export interface Stream {
  readonly length: number;
  /** Base64 of the newest bytes. */
  readonly tail: string;
}

export interface ReportRow {
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly direction: Direction;
  readonly cells: readonly ReportCell[];
}

export interface ReportCell {
  readonly variant: string;
  readonly differences: readonly (Difference | CellResult['differences'][number])[];
  /** `null`: the run failed. */
  readonly client: Ending | null;
  /** The child's exit as the transport reports it. */
  readonly child: Ending | null;
  /** Keys of {@link ParityReport.streams}. */
  readonly streams: Readonly<Partial<Record<StreamName, string>>>;
  readonly arrived: string;
}

export type StreamName = 'fd2' | 'captured' | 'surfaced' | 'client';

/** Unit: bytes. */
const TAIL_BYTES = 4_096;

export function makeReport(
  rows: readonly Row[],
  facts: Omit<ParityReport, 'schema' | 'totals' | 'rows' | 'streams'>,
): ParityReport {
  const streams: Record<string, Stream> = {};
  const keep = (bytes: Uint8Array): string => {
    const key = sha256(bytes);
    const tail = Buffer.from(bytes.subarray(-TAIL_BYTES)).toString('base64');
    streams[key] ??= { length: bytes.length, tail };
    return key;
  };
  const cell = ({ variant, observation, differences }: CellResult): ReportCell => ({
    variant: variant.id,
    differences,
    client: observation && ending(observation.client),
    child: observation?.transport ? ending(observation.transport.status) : null,
    streams: observation === null ? {} : streamsOf(variant, observation, keep),
    arrived: observation === null ? '' : sha256(Buffer.from(observation.arrived.join('\n'))),
  });
  const reported = rows.map(({ scenario, direction, cells }): ReportRow => ({
    ...scenario,
    direction,
    cells: cells.map(cell),
  }));
  return { schema: 2, ...facts, totals: totalsOf(rows), rows: reported, streams };
}

export function totalsOf(rows: readonly Row[]): Totals {
  const cells = rows.flatMap((row) => row.cells);
  const red = cells.filter(({ differences }) => differences.length > 0);
  return { rows: rows.length, cells: cells.length, red: red.length };
}

function streamsOf(
  variant: Variant,
  observation: Observation,
  keep: (bytes: Uint8Array) => string,
): ReportCell['streams'] {
  const { ofChild, surfaced } = splitFd2(variant, observation);
  const captured = observation.transport?.captured.bytes;
  return {
    fd2: keep(ofChild),
    surfaced: keep(surfaced),
    client: keep(observation.client.stderr),
    ...(captured && { captured: keep(captured) }),
  };
}

const ending = ({ code, signal }: Ending): Ending => ({ code, signal });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
