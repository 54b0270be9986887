import type { Summary } from '../measure/statistics.ts';
import type { Target } from '../measure/verdict.ts';
import { type MetricName, type Unit, unitOf } from '../metric.ts';

/** Formats three significant digits, with at most two decimals. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');

/** `median unit (min–max)` */
export function formatSummary(summary: Summary, metric: MetricName): string {
  const unit: Unit = unitOf[metric];
  const number = unit === 'lines' ? whole : formatNumber;
  const { median, min, max } = summary;
  return `${number(median)} ${unit} (${number(min)}–${number(max)})`;
}

export function formatRatio({ median, min, max }: Summary): string {
  return `${formatNumber(median)} × (${formatNumber(min)}–${formatNumber(max)})`;
}

export function formatTarget(target: Target, metric: MetricName): string {
  if (target.of === 'ours') return `< ${target.below} ${unitOf[metric]}`;
  return 'atLeast' in target ? `≥ ${target.atLeast} ×` : `≤ ${target.atMost} ×`;
}
