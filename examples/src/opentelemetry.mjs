// Reports every connection to OpenTelemetry, as a span and in metrics.
//
//   node src/opentelemetry.mjs                        connections to a server inside this process
//   node src/opentelemetry.mjs [user@]host command…   a connection of your own
//
// Spans and metrics are printed; replace the console exporters by those for your collector.
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  ConsoleSpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { observe } from './observe.mjs';
import { someTransfers } from './some-transfers.mjs';

const traces = new NodeTracerProvider({
  spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())],
});
const metrics = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() })],
});
observe(traces, metrics);

await someTransfers();
await traces.shutdown();
await metrics.shutdown();
