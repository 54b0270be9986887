import { COUNTS, pointId, WHO } from '../cases/scaling.ts';
import type { CaseResult } from '../measure/run-case.ts';
import { legendEntry, OURS, OURS_TOO, PEER, svgDocument, text } from './svg.ts';
import { tickStep } from './plot.ts';

const COLOURS: Record<string, string> = {
  'many-plain': PEER,
  'many-async': OURS,
  'many-sync': OURS_TOO,
};
const WIDTH = 860;
const HEIGHT = 400;
const PANEL = { top: 96, height: 236, width: 320 };
const LEFTS = [70, 500] as const;

interface Series {
  readonly probe: string;
  readonly points: readonly (readonly [connections: number, value: number])[];
}

/** Two panels over the number of connections: memory in all, and threads. `null` without samples. */
export function plotConnections({ samples, parameters }: CaseResult): string | null {
  const counts = String(parameters['counts'] ?? '')
    .split(' ')
    .map(Number);
  const series = (
    value: (sample: { memoryEach: number; threadsMore: number }, n: number) => number,
  ) =>
    Object.keys(WHO).map((probe): Series => {
      const points = COUNTS.flatMap((count, i) => {
        const sample = samples[pointId(probe, count)]?.[0];
        const connections = counts[i] as number;
        return sample?.memoryEach === undefined || sample.threadsMore === undefined
          ? []
          : [[connections, value(sample as never, connections)] as const];
      });
      return { probe, points };
    });
  const memory = series(({ memoryEach }, n) => Math.max(0, memoryEach * n) / 1_000);
  const threads = series(({ threadsMore }) => threadsMore);
  if (memory.every(({ points }) => points.length === 0)) return null;
  return svgDocument(WIDTH, HEIGHT, 'Memory and threads by the number of connections', [
    text(24, 30, 'What connections cost the process that has them', { size: 18, weight: 600 }),
    ...Object.entries(WHO).map(([probe, label], i) =>
      legendEntry(24 + i * 260, 54, COLOURS[probe] as string, label),
    ),
    ...panel(LEFTS[0], 'resident memory, MB', memory, 1),
    ...panel(LEFTS[1], 'threads more than an idle process has', threads, 4),
  ]);
}

function panel(left: number, title: string, all: readonly Series[], leastTop: number): string[] {
  const { top, height, width } = PANEL;
  const xEnd = Math.max(...all.flatMap(({ points }) => points.map(([n]) => n)));
  const greatest = Math.max(leastTop, ...all.flatMap(({ points }) => points.map(([, v]) => v)));
  const step = tickStep(greatest);
  const yEnd = Math.ceil(greatest / step) * step;
  const x = (n: number) => Math.round((left + (n / xEnd) * width) * 10) / 10;
  const y = (v: number) => Math.round((top + height - (v / yEnd) * height) * 10) / 10;
  const yTicks = Array.from({ length: Math.round(yEnd / step) + 1 }, (_, i) => i * step);
  const counts = [...new Set(all.flatMap(({ points }) => points.map(([n]) => n)))];
  return [
    text(left, top - 14, title, { weight: 600 }),
    ...yTicks.flatMap((tick) => [
      `<path d="M${left} ${y(tick)}h${width}" stroke="#e3e7ea"/>`,
      text(left - 8, y(tick) + 4, tick.toLocaleString('en-US'), { anchor: 'end', size: 12 }),
    ]),
    ...counts.map((n) =>
      text(x(n), top + height + 18, n.toLocaleString('en-US'), { anchor: 'middle', size: 12 }),
    ),
    text(left + width / 2, top + height + 38, 'connections', { anchor: 'middle', size: 12 }),
    ...all.flatMap(({ probe, points }) => {
      const colour = COLOURS[probe] as string;
      const line = points.map(([n, v], i) => `${i === 0 ? 'M' : 'L'}${x(n)} ${y(v)}`).join('');
      return [
        `<path d="${line}" fill="none" stroke="${colour}" stroke-width="2.5"/>`,
        ...points.map(([n, v]) => `<circle cx="${x(n)}" cy="${y(v)}" r="4" fill="${colour}"/>`),
      ];
    }),
  ];
}
