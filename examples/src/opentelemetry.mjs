// Every connection as a span of OpenTelemetry, with the lines of its stderr as events.
//
//   node src/opentelemetry.mjs                        connections to a server inside this process
//   node src/opentelemetry.mjs [user@]host command…   a connection of your own
//
// The spans are printed as JSON lines; an exporter for your collector goes in the place of `printer`.
import { subscribe } from 'node:diagnostics_channel';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { explain } from '@rsync-io/ssh';
import { someTransfers } from './some-transfers.mjs';

/** @type {import('@opentelemetry/sdk-trace-node').SpanExporter} */
const printer = {
  export(spans, done) {
    for (const { name, attributes, status, events } of spans) {
      const lines = events.map((event) => ({ name: event.name, ...event.attributes }));
      console.log(JSON.stringify({ name, attributes, status, events: lines }));
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(printer)] });
provider.register();
const tracer = trace.getTracer('rsync-io');

/** By pid, from spawn to exit. @type {Map<number, import('@opentelemetry/api').Span>} */
const open = new Map();

subscribe('rsync-io:spawn', (message) => {
  const { label, pid, program, backend } = /** @type {import('@rsync-io/ssh').SpawnMessage} */ (
    message
  );
  const attributes = {
    'server.address': label,
    'process.pid': pid,
    'process.executable.name': program,
    'rsync_io.stderr.backend': backend,
  };
  open.set(pid, tracer.startSpan(`ssh ${label}`, { kind: SpanKind.CLIENT, attributes }));
});

subscribe('rsync-io:stderr:line', (message) => {
  const { pid, line } = /** @type {import('@rsync-io/ssh').StderrLineMessage} */ (message);
  open.get(pid)?.addEvent('stderr', { text: line.text, seq: line.seq }, line.at);
});

subscribe('rsync-io:exit', (message) => {
  const { pid, status, stderr } = /** @type {import('@rsync-io/ssh').ExitMessage} */ (message);
  const span = open.get(pid);
  open.delete(pid);
  if (status.code !== null) span?.setAttribute('process.exit.code', status.code);
  span?.setAttribute('rsync_io.stderr.bytes', stderr.totalBytes);
  if (!status.success) {
    const { kind, summary } = explain(stderr.bytes, status);
    span?.setAttribute('error.type', kind);
    span?.setStatus({ code: SpanStatusCode.ERROR, message: summary });
  }
  span?.end();
});

await someTransfers();
await provider.shutdown();
