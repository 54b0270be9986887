// Every connection as a span and in metrics of OpenTelemetry.
//
//   node src/opentelemetry.mjs                        connections to a server inside this process
//   node src/opentelemetry.mjs [user@]host command…   a connection of your own
//
// Spans and metrics are printed; exporters for your collector go in the place of those for the console.
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
