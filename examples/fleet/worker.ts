import { forwardSignals } from '@rsync-io/ssh/ssh-socketpair-stderr';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import pino from 'pino';
import { transfer, TransferError } from '../transfer-tool/transfer.ts';
import { connection, QUEUE, type TransferJob } from './queue.ts';

/** A worker that does not renew its locks for so long is dead, and its jobs go to others. */
const LOCK_MS = Number(process.env['FLEET_LOCK_MS'] ?? 30_000);

/** Takes jobs until Ctrl-C, and then finishes those that it has. A second Ctrl-C ends those, too. */
export async function work(concurrency: number): Promise<void> {
  const log = pino({ base: { worker: process.pid } }, pino.destination({ dest: 2, sync: true }));
  const interruption = new AbortController();
  const worker = new Worker<TransferJob>(QUEUE, (job) => run(job, interruption.signal), {
    connection,
    concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS,
    // The job of a dead worker has not failed, however often that happens.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  worker.on('completed', (job) => log.info({ job: job.name }, 'done'));
  worker.on('failed', (job, { message }) => log.warn({ job: job?.name }, message));
  worker.on('error', ({ message }) => log.warn(message));
  const closed = new Promise<void>((resolve, reject) => {
    forwardSignals(() => {
      if (worker.closing) interruption.abort();
      else worker.close().then(resolve, reject);
    });
  });
  await closed;
}

/** @throws UnrecoverableError if another attempt cannot help */
async function run(job: Job<TransferJob>, signal: AbortSignal): Promise<void> {
  const { source, target } = job.data;
  let written: Promise<unknown> = Promise.resolve();
  /** In order, and complete before the job is. */
  const write = (next: () => Promise<unknown>) => void (written = written.then(next, next));
  try {
    await transfer({
      source,
      target,
      signal,
      rsh: process.env['RSYNC_RSH'] ?? 'ssh',
      connectTimeout: 30,
      timeout: 60,
      forward: false,
      onProgress: (percent) => write(() => job.updateProgress(percent)),
      onStderr: (line) => write(() => job.log(line)),
    });
  } catch (error) {
    const { message, exitCode, explanation } = error as TransferError;
    write(() => job.updateData({ source, target, failure: { exitCode, ...explanation } }));
    if (explanation?.retryable === false) throw new UnrecoverableError(message);
    throw error;
  } finally {
    await written;
  }
}
