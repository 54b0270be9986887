import { readFileSync } from 'node:fs';
import path from 'node:path';
import YAML from 'yaml';

/** Result of one run of one contender, or of one part of a long run. Units: `cases.yaml`. */
export type Sample = Readonly<Record<string, number>>;

/** The target of the ratio to the peer, or of our own value. */
export interface Target {
  readonly of: 'ratio' | 'ours';
  readonly sign: '≥' | '≤' | '<';
  readonly value: number;
  /** As in `cases.yaml`. */
  readonly text: string;
}

type Word = string | Readonly<Record<string, unknown>>;

/** A case of `cases.yaml`, which describes the fields. */
interface Source {
  readonly title: string;
  readonly rounds: readonly [quick: number, full: number];
  readonly seconds: number;
  readonly needs?: readonly string[];
  readonly with?: Readonly<Record<string, readonly [quick: unknown, full: unknown]>>;
  readonly contenders: Readonly<Record<string, readonly [label: string, ...words: Word[]]>>;
  readonly rows: readonly (readonly [
    ...row: [what: string, metric: string, ours: string, peer?: string, target?: string],
  ])[];
  /** By regular expressions for the rows. */
  readonly reasons?: Readonly<Record<string, string>>;
}

export type BenchCase = ReturnType<typeof readCases>[number];

export function readCases() {
  const file = path.join(import.meta.dirname, 'cases.yaml');
  const { units, cases } = YAML.parse(readFileSync(file, 'utf8')) as {
    units: Record<string, string>;
    cases: Record<string, Source>;
  };
  return Object.entries(cases).map(([name, { rows, reasons = {}, ...rest }]) => ({
    /** For `--only`. */
    name,
    ...rest,
    /** The rows of the report: our measured value, and that of a peer if there is one. */
    comparisons: rows.map(([what, metric, ours, peer, target]) => ({
      /** Appended to the case's title. */
      what,
      metric,
      unit: units[metric] as string,
      /** Ids of contenders, as the next one. */
      ours,
      peer: peer ?? null,
      target: target === undefined ? null : readTarget(target, peer ?? null),
      /** The profile, and why the target is missed, if it is known. */
      reason: Object.entries(reasons).find(([rows]) => new RegExp(rows).test(what))?.[1] ?? null,
    })),
  }));
}

function readTarget(text: string, peer: string | null): Target {
  const [sign, value, unit] = text.split(' ') as [Target['sign'], string, string];
  return { of: unit === '×' && peer !== null ? 'ratio' : 'ours', sign, value: Number(value), text };
}
