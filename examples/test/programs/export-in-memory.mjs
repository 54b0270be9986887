// Observes the transfers of the examples, and prints what was exported as JSON.
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { fallbackChannel } from '@rsync-io/ssh';
import { observe } from '../../src/observe.mjs';
import { someTransfers } from '../../src/some-transfers.mjs';

const spans = new InMemorySpanExporter();
const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: exported });
const metrics = new MeterProvider({ readers: [reader] });
observe(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }), metrics);

await someTransfers([]);
fallbackChannel.publish({ backend: 'socketpair', fallback: 'pipe', error: new Error('x') });
await metrics.forceFlush();
const result = {
  spans: spans.getFinishedSpans().map(({ name, kind, attributes, status, events }) => ({
    ...{ name, kind, attributes, status, events },
  })),
  metrics: exported.getMetrics()[0].scopeMetrics[0].metrics,
};
console.log(JSON.stringify(result));
await metrics.shutdown();
