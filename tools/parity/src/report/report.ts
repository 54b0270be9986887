import { createHash } from 'node:crypto';
import type { Carrier } from '../carrier/carrier.js';
import type { Difference } from '../judge/judge.js';
import { splitFd2 } from '../judge/split-fd2.js';
import type { CellResult, Row } from '../matrix/run-matrix.js';
import type { Ending, Observation } from '../matrix/observation.js';
import type { Direction, Group } from '../matrix/scenario.js';
import type { CodeIdentity } from './code-identity.js';

/** `reports/parity-<platform>.json` */
export interface ParityReport {
  readonly schema: 1;
  readonly platform: Platform;
  /** Recorded runs were played again, instead of real programs. */
  readonly replay: boolean;
  /** Every scenario and every carrier of the platform. */
  readonly complete: boolean;
  readonly date: string;
  readonly code: CodeIdentity;
  /** Node, ssh, sshd, rsync. */
  readonly versions: Readonly<Record<string, string>>;
  readonly totals: Totals;
  readonly carriers: readonly Carrier[];
  readonly rows: readonly ReportRow[];
  /** Every byte stream that was seen, once; the keys are its SHA-256 (the first 16 digits). */
  readonly streams: Readonly<Record<string, Stream>>;
}

export type Platform = 'linux' | 'macos' | 'windows';

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
  readonly carrier: string;
  readonly differences: readonly (Difference | CellResult['differences'][number])[];
  /** `null`: the run failed. */
  readonly client: Ending | null;
  /** How the transport says that its child ended. */
  readonly child: Ending | null;
  /** Keys of {@link ParityReport.streams}; what a cell does not have is left out. */
  readonly streams: Readonly<Partial<Record<StreamName, string>>>;
  readonly arrived: string;
}

export type StreamName = 'fd2' | 'captured' | 'surfaced' | 'client';

/** What a page can show, and a person can read. Unit: bytes. */
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
  const cell = ({ carrier, observation, differences }: CellResult): ReportCell => ({
    carrier: carrier.id,
    differences,
    client: observation && ending(observation.client),
    child: observation?.carried ? ending(observation.carried.status) : null,
    streams: observation === null ? {} : streamsOf(carrier, observation, keep),
    arrived: observation === null ? '' : sha256(Buffer.from(observation.arrived.join('\n'))),
  });
  const reported = rows.map(({ scenario, direction, cells }): ReportRow => ({
    ...scenario,
    direction,
    cells: cells.map(cell),
  }));
  return { schema: 1, ...facts, totals: totalsOf(rows), rows: reported, streams };
}

export function totalsOf(rows: readonly Row[]): Totals {
  const cells = rows.flatMap((row) => row.cells);
  const red = cells.filter(({ differences }) => differences.length > 0);
  return { rows: rows.length, cells: cells.length, red: red.length };
}

function streamsOf(
  carrier: Carrier,
  observation: Observation,
  keep: (bytes: Uint8Array) => string,
): ReportCell['streams'] {
  const { ofChild, surfaced } = splitFd2(carrier, observation);
  const captured = observation.carried?.captured.bytes;
  return {
    fd2: keep(ofChild),
    surfaced: keep(surfaced),
    client: keep(observation.client.stderr),
    ...(captured && { captured: keep(captured) }),
  };
}

const ending = ({ code, signal }: Ending): Ending => ({ code, signal });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
