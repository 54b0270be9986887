// Logs every line of the remote sides' stderr, and the end of each connection, with pino.
//
//   node src/pino.mjs                        connections to a server inside this process
//   node src/pino.mjs [user@]host command…   a connection of your own
import { subscribe } from 'node:diagnostics_channel';
import { explain } from '@rsync-io/ssh';
import pino from 'pino';
import { someTransfers } from './some-transfers.mjs';

const log = pino({ base: null }, pino.destination({ fd: 1, sync: true }));

subscribe('rsync-io:spawn', (message) => {
  const { label, pid, program, backend } = /** @type {import('@rsync-io/ssh').SpawnMessage} */ (
    message
  );
  log.info({ host: label, pid, program, backend }, 'connecting');
});

subscribe('rsync-io:stderr:line', (message) => {
  const { label, pid, line } = /** @type {import('@rsync-io/ssh').StderrLineMessage} */ (message);
  log.warn({ host: label, pid, seq: line.seq }, line.text);
});

subscribe('rsync-io:fallback', (message) => {
  const { backend, fallback, error } = /** @type {import('@rsync-io/ssh').FallbackMessage} */ (
    message
  );
  log.warn({ backend, fallback, err: error }, 'stderr backend unavailable');
});

subscribe('rsync-io:exit', (message) => {
  const { label, pid, status, stderr } = /** @type {import('@rsync-io/ssh').ExitMessage} */ (
    message
  );
  const record = { host: label, pid, code: status.code, signal: status.signal };
  if (status.success) {
    log.info(record, 'done');
  } else {
    const { kind, summary, hint } = explain(stderr.bytes, status);
    log.error({ ...record, kind, hint }, summary);
  }
});

await someTransfers();
