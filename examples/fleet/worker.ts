import { forwardSignals } from '@rsync-io/ssh/ssh-socketpair-stderr';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import pino from 'pino';
import { type Failure, transfer } from '../transfer-tool/transfer.ts';
import { connection, QUEUE, type TransferJob } from './queue.ts';

/** A worker that has not renewed its locks for this time is considered dead, and other workers take its jobs. */
const LOCK_MS = Number(process.env['FLEET_LOCK_MS'] ?? 30_000);

/**
 * Takes jobs until Ctrl-C, and then finishes its running jobs. A second Ctrl-C ends those, too. A terminal sends
 * Ctrl-C to rsync, too, which ends; a job whose transfer ended that way returns to the queue.
 */
export async function work(concurrency: number): Promise<void> {
  const log = pino({ base: { worker: process.pid } }, pino.destination({ dest: 2, sync: true }));
  const interruption = new AbortController();
  const worker = new Worker<TransferJob>(
    QUEUE,
    async (job, token) => {
      const failure = await run(job, interruption.signal);
      if (failure === null) return;
      if (worker.closing) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      throw failure.retryable === false ? new UnrecoverableError(failure.message) : failure;
    },
    {
      connection,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOCK_MS,
      // A job has not failed because its worker died, however often that happens.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    },
  );
  worker.on('completed', (job) => log.info({ job: job.name }, 'done'));
  worker.on('failed', (job, { message }) => log.warn({ job: job?.name }, message));
  worker.on('error', ({ message }) => {
    log.warn(message);
    // Without Redis there is nothing to wait for: jobs that could not be returned stall, and are repeated.
    if (worker.closing) process.exit();
  });
  const closed = new Promise<void>((resolve, reject) => {
    forwardSignals(() => {
      if (worker.closing) interruption.abort();
      else worker.close().then(resolve, reject);
    });
  });
  await closed;
}

/** Returns why the transfer failed, or `null`. Its stderr, progress and explanation are stored with the job. */
async function run(job: Job<TransferJob>, signal: AbortSignal): Promise<Failure | null> {
  const { source, target } = job.data;
  let written: Promise<unknown> = Promise.resolve();
  /** Log entries are written in order, and before the job completes. */
  const write = (next: () => Promise<unknown>) => void (written = written.then(next, next));
  try {
    await transfer({
      source,
      target,
      signal,
      rsh: process.env['RSYNC_RSH'] ?? 'ssh',
      connect: 30,
      timeout: 60,
      forward: false,
      onProgress: (percent) => write(() => job.updateProgress(percent)),
      onStderr: (line) => write(() => job.log(line)),
    });
    return null;
  } catch (error) {
    const failure = error as Failure;
    const { exitCode } = failure;
    write(() => job.updateData({ source, target, failure: { ...failure, exitCode } }));
    return failure;
  } finally {
    await written;
  }
}
