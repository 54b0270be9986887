import type { SoakReport } from './run-soak.js';
import { LEAST_LONG_MS, mebibytes } from './verdict.js';
import type { Trend } from './trend.js';
import type { BlobFigures, BlobProgress } from './worker/blob.js';
import type { Figures } from './worker/figures.js';

/** What is shown while it runs. */
export function figuresLine(figures: readonly Figures[], seconds: number): string {
  const sum = (of: (figures: Figures) => number) => figures.reduce((all, one) => all + of(one), 0);
  const most = (of: (figures: Figures) => number) => Math.max(...figures.map(of));
  const all = sum(({ connections }) => connections);
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const each = figures.map(({ transport, census }) => {
    const { descriptors, threads, children, memory } = census;
    return `${transport}: ${descriptors} fds, ${threads} threads, ${children} children, ${mebibytes(memory)}`;
  });
  return [
    `${seconds.toFixed(0)} s`,
    `${all} connections (${(all / seconds).toFixed(0)}/s)`,
    mebibytes(sum(({ bytes }) => bytes)),
    `${sum(({ lostBytes }) => lostBytes)} lost`,
    `spawn ≤ ${ms(most(({ worstSpawnMs }) => worstSpawnMs))}`,
    `wait ≤ ${ms(most(({ worstWaitMs }) => worstWaitMs))}`,
    ...each,
  ].join('  ');
}

export function reportText(report: SoakReport): string {
  const { connections, bytes, lostBytes, leftOver, seconds, problems, histories } = report;
  const rate = (connections / seconds).toFixed(0);
  const lines = [
    `${connections} connections in ${seconds.toFixed(0)} s (${rate}/s), ${mebibytes(bytes)} of stderr, ${lostBytes} bytes lost, ${leftOver} processes left over`,
    ...histories.flatMap(({ transport, last, memory, heap, ms }) => {
      if (last === null) return [];
      const { idle, census } = last;
      const judged = ms >= LEAST_LONG_MS ? '' : ' (too short a run to judge memory)';
      return [
        `  ${transport}: ${last.connections} connections, ${last.withGrandchild} with a grandchild (${last.seenLate} seen late)`,
        `    descriptors ${idle.descriptors} → ${census.descriptors}, threads ${idle.threads} → ${census.threads}, children ${census.children}`,
        `    memory ${trendText(memory)}; heap ${trendText(heap)}${judged}`,
        `    worst: spawn ${last.worstSpawnMs.toFixed(0)} ms, wait after the end ${last.worstWaitMs.toFixed(1)} ms, whole ${last.worstWholeMs.toFixed(0)} ms`,
      ];
    }),
    ...problems.map((problem) => `  ✗ ${problem}`),
    problems.length === 0 ? 'Nothing lost, nothing leaked.' : `${problems.length} problems.`,
  ];
  return `${lines.join('\n')}\n`;
}

function trendText({ early, late, perConnection }: Trend): string {
  return `${mebibytes(early)} → ${mebibytes(late)} (${perConnection.toFixed(0)} bytes a connection)`;
}

export function blobLine({ stderrBytes, wireBytes, connections, memory }: BlobProgress): string {
  return `${mebibytes(stderrBytes)} of stderr, ${mebibytes(wireBytes)} by the wire, ${connections} connections beside, memory ${mebibytes(memory)}`;
}

export function blobText(figures: BlobFigures, problems: readonly string[]): string {
  const lines = [
    `${mebibytes(figures.stderrBytes)} of stderr and ${mebibytes(figures.wireBytes)} by the wire in ${figures.seconds.toFixed(0)} s; ` +
      `checksums ${figures.checksumsAgree ? 'agree' : 'differ'}; ${figures.beside} connections beside, ${figures.besideFaults} faults; ` +
      `memory grew by at most ${mebibytes(figures.growth)}`,
    ...problems.map((problem) => `  ✗ ${problem}`),
  ];
  return `${lines.join('\n')}\n`;
}
