import { mebibytes } from '@rsync-io/kit/statistics';
import type { SoakReport } from './run-soak.ts';
import { MIN_MEMORY_RUN_MS, type Trend } from './verdict.ts';
import type { BlobFigures, BlobProgress } from './worker/blob.ts';
import type { Figures } from './worker/figures.ts';

/** Progress of a soak in one line. */
export function figuresLine(figures: readonly Figures[], seconds: number): string {
  const sum = (of: (figures: Figures) => number) => figures.reduce((all, one) => all + of(one), 0);
  const worst = (of: (figures: Figures) => number) => Math.max(...figures.map(of)).toFixed(0);
  const all = sum(({ connections }) => connections);
  const each = figures.map(({ transport, census }) => {
    const { descriptors, threads, children, memory } = census;
    return `${transport}: ${descriptors} fds, ${threads} threads, ${children} children, ${mebibytes(memory)}`;
  });
  return [
    `${seconds.toFixed(0)} s`,
    `${all} connections (${(all / seconds).toFixed(0)}/s)`,
    mebibytes(sum(({ bytes }) => bytes)),
    `${sum(({ lostBytes }) => lostBytes)} bytes lost`,
    `spawn ≤ ${worst(({ worstSpawnMs }) => worstSpawnMs)} ms`,
    `wait ≤ ${worst(({ worstWaitMs }) => worstWaitMs)} ms`,
    ...each,
  ].join('  ');
}

export function reportText(report: SoakReport): string {
  const { connections, bytes, lostBytes, remaining, seconds, histories } = report;
  const rate = (connections / seconds).toFixed(0);
  const lines = [
    `${connections} connections in ${seconds.toFixed(0)} s (${rate}/s), ${mebibytes(bytes)} of stderr, ${lostBytes} bytes lost, ${remaining} processes remaining`,
    ...histories.flatMap(({ transport, last, memory, heap, ms }) => {
      if (last === null) return [];
      const { idle, census } = last;
      const judged = ms >= MIN_MEMORY_RUN_MS ? '' : ' (the run is too short to judge memory)';
      return [
        `  ${transport}: ${last.connections} connections, ${last.withGrandchild} with a grandchild (${last.seenLate} seen late)`,
        `    descriptors ${idle.descriptors} → ${census.descriptors}, threads ${idle.threads} → ${census.threads}, children ${census.children}`,
        `    memory ${trendText(memory)}; heap ${trendText(heap)}${judged}`,
        `    worst: spawn ${last.worstSpawnMs.toFixed(0)} ms, wait after the end ${last.worstWaitMs.toFixed(1)} ms, whole ${last.worstWholeMs.toFixed(0)} ms`,
      ];
    }),
  ];
  return `${lines.join('\n')}\n${verdictText(report.problems)}`;
}

export const verdictText = (problems: readonly string[]) =>
  problems.length === 0
    ? 'Nothing lost, nothing leaked.\n'
    : `${problems.map((problem) => `  ✗ ${problem}\n`).join('')}${problems.length} problems.\n`;

const trendText = ({ early, late, perConnection }: Trend) =>
  `${mebibytes(early)} → ${mebibytes(late)} (${perConnection.toFixed(0)} bytes per connection)`;

export const blobLine = ({ stderrBytes, wireBytes, connections, memory }: BlobProgress) =>
  `${mebibytes(stderrBytes)} of stderr, ${mebibytes(wireBytes)} on the wire, ${connections} short connections, memory ${mebibytes(memory)}`;

export const blobText = (figures: BlobFigures) =>
  `${mebibytes(figures.stderrBytes)} of stderr and ${mebibytes(figures.wireBytes)} on the wire in ${figures.seconds.toFixed(0)} s; ` +
  `checksums ${figures.checksumsAgree ? 'agree' : 'differ'}; ${figures.shortConnections} short connections, ` +
  `${figures.shortFaults} faults; memory grew by at most ${mebibytes(figures.growth)}\n`;
