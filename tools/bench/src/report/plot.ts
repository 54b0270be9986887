import type { CaseResult } from '../measure/run-case.ts';
import { type Summary, summarise } from '../measure/statistics.ts';
import { formatNumber } from './format.ts';
import { INK, legendEntry, OURS, PEER, round, svgDocument, text } from './svg.ts';

interface Bar {
  readonly label: string;
  readonly isOurs: boolean;
  readonly value: Summary;
}

interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 860;
const LEFT = 250;
const RIGHT = 110;
const BAR = 22;
const GAP = 10;
const HEADER = 64;
const GROUP_TITLE = 34;
const AXIS = 44;

/** Throughput of every contender of some cases as bars, with whiskers from least to greatest. */
export function plotThroughput(results: readonly CaseResult[]): string | null {
  const groups = results.map(groupOf).filter(({ bars }) => bars.length > 0);
  if (groups.length === 0) return null;
  const greatest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value.max)));
  const step = tickStep(greatest);
  const end = Math.ceil(greatest / step) * step;
  const x = (value: number) => LEFT + (value / end) * (WIDTH - LEFT - RIGHT);

  const parts: string[] = [];
  let y = HEADER;
  for (const { title, bars } of groups) {
    parts.push(text(24, y + 20, title, { weight: 600 }));
    y += GROUP_TITLE;
    for (const bar of bars) {
      parts.push(...drawBar(bar, y, x));
      y += BAR + GAP;
    }
  }
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  const grid = ticks.flatMap((tick) => [
    `<path d="M${x(tick)} ${HEADER}V${y}" stroke="#e3e7ea"/>`,
    text(x(tick), y + 18, tick.toLocaleString('en-US'), { anchor: 'middle', size: 12 }),
  ]);
  const height = y + AXIS;
  return svgDocument(WIDTH, height, 'Throughput of draining a child’s stderr, in MB/s', [
    text(24, 30, 'Draining 80-byte lines from a child’s stderr', { size: 18, weight: 600 }),
    text(24, 50, 'MB/s, more is better; median, whiskers from least to greatest', { size: 12 }),
    legend(WIDTH - 210, 26),
    ...grid,
    ...parts,
    text((LEFT + WIDTH - RIGHT) / 2, y + 36, 'MB/s', { anchor: 'middle', size: 12 }),
  ]);
}

function groupOf({ benchCase, samples }: CaseResult): Group {
  const ours = new Set(benchCase.comparisons.map((comparison) => comparison.ours));
  const bars = Object.entries(benchCase.contenders).flatMap(([id, label]) => {
    const value = summarise((samples[id] ?? []).flatMap((sample) => sample.throughput ?? []));
    return value === null ? [] : [{ label, isOurs: ours.has(id), value }];
  });
  return { title: benchCase.title, bars };
}

function drawBar({ label, isOurs, value }: Bar, y: number, x: (value: number) => number): string[] {
  const middle = y + BAR / 2;
  const { median, min, max } = value;
  return [
    text(LEFT - 10, middle + 4, label, { anchor: 'end' }),
    `<rect x="${LEFT}" y="${y}" width="${round(x(median) - LEFT)}" height="${BAR}" ` +
      `fill="${isOurs ? OURS : PEER}"/>`,
    `<path d="M${round(x(min))} ${middle}H${round(x(max))}M${round(x(min))} ${middle - 5}v10` +
      `M${round(x(max))} ${middle - 5}v10" stroke="${INK}" stroke-width="1.5"/>`,
    text(x(max) + 8, middle + 4, formatNumber(median), { weight: 600 }),
  ];
}

function legend(x: number, y: number): string {
  return legendEntry(x, y, OURS, 'rsync-io') + legendEntry(x + 100, y, PEER, 'peer');
}

/** 1, 2 or 5 times a power of ten, so that there are four to ten ticks. */
export function tickStep(greatest: number): number {
  const power = 10 ** Math.floor(Math.log10(greatest / 4));
  return ([5, 2, 1].find((factor) => greatest / (factor * power) >= 4) ?? 1) * power;
}
