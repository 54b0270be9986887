import { subscribe } from 'node:diagnostics_channel';
import path from 'node:path';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { explain } from '@rsync-io/ssh';

/**
 * Maps the messages of rsync-io to OpenTelemetry, by the semantic conventions for command-line programs: a span
 * for each connection, with the lines of its stderr as events, and the metrics of docs/observation.md.
 *
 * @param {import('@opentelemetry/api').TracerProvider} traces
 * @param {import('@opentelemetry/api').MeterProvider} metrics
 */
export function observe(traces, metrics) {
  const tracer = traces.getTracer('rsync-io');
  const meter = metrics.getMeter('rsync-io');
  const active = meter.createUpDownCounter('rsync_io.connection.active', { unit: '{connection}' });
  const duration = meter.createHistogram('rsync_io.connection.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000] },
  });
  const received = meter.createCounter('rsync_io.stderr.io', { unit: 'By' });
  const lines = meter.createCounter('rsync_io.stderr.lines', { unit: '{line}' });
  const fallbacks = meter.createCounter('rsync_io.stderr.fallbacks', { unit: '{fallback}' });

  /** By pid, from spawn to exit. */
  const open = new Map();

  subscribe('rsync-io:spawn', (message) => {
    const { label, pid, program, backend } = /** @type {import('@rsync-io/ssh').SpawnMessage} */ (
      message
    );
    const name = path.basename(program);
    const common = { 'server.address': label, 'process.executable.name': name };
    const attributes = { ...common, 'process.pid': pid, 'rsync_io.stderr.backend': backend };
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
    open.set(pid, { span, common, startedAt: performance.now() });
    active.add(1, common);
  });

  subscribe('rsync-io:stderr:line', (message) => {
    const { pid, line } = /** @type {import('@rsync-io/ssh').StderrLineMessage} */ (message);
    const connection = open.get(pid);
    connection?.span.addEvent('stderr', { text: line.text, seq: line.seq }, line.at);
    lines.add(1, connection?.common);
  });

  subscribe('rsync-io:fallback', (message) => {
    const { backend, fallback } = /** @type {import('@rsync-io/ssh').FallbackMessage} */ (message);
    const attributes = { 'rsync_io.stderr.backend': backend, 'rsync_io.stderr.fallback': fallback };
    fallbacks.add(1, attributes);
  });

  subscribe('rsync-io:exit', (message) => {
    const { pid, status, stderr } = /** @type {import('@rsync-io/ssh').ExitMessage} */ (message);
    const connection = open.get(pid);
    if (connection === undefined) return;
    open.delete(pid);
    const { span, common, startedAt } = connection;
    if (status.code !== null) span.setAttribute('process.exit.code', status.code);
    const outcome = { ...common };
    if (!status.success) {
      const { kind, summary } = explain(stderr, status);
      outcome['error.type'] = kind;
      span.setAttribute('error.type', kind);
      span.setStatus({ code: SpanStatusCode.ERROR, message: summary });
    }
    span.end();
    active.add(-1, common);
    duration.record((performance.now() - startedAt) / 1_000, outcome);
    received.add(stderr.totalBytes, common);
  });
}
