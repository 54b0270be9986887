import { createHash } from 'node:crypto';
import type { Explanation } from '@rsync-io/ssh/ssh-socketpair-stderr';
import { Queue } from 'bullmq';

export const QUEUE = 'transfers';

/** The transfer of a job, and why its last attempt failed. */
export interface TransferJob {
  /** Operands of rsync: one of them is `[user@]host:path`. */
  readonly source: string;
  readonly target: string;
  readonly failure?: { readonly exitCode: number } & Partial<Explanation>;
}

/** The address of Redis. Commands wait while it restarts. */
export const connection = {
  url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  maxRetriesPerRequest: null,
};

export const openQueue = () => new Queue<TransferJob>(QUEUE, { connection });

/** The same transfer has the same id, so that adding it again, also after it succeeded, does nothing. */
export const jobId = (source: string, target: string) =>
  createHash('sha256').update(`${source}\0${target}`).digest('hex').slice(0, 32);

/** @param lines `SOURCE<tab>TARGET` each. Returns the number of jobs. */
export async function addTransfers(
  queue: Queue<TransferJob>,
  lines: readonly string[],
  { attempts, backoff }: { attempts: number; backoff: number },
): Promise<number> {
  const jobs = lines.map((line) => {
    const [source, target, ...others] = line.split('\t');
    if (!source || !target || others.length > 0) {
      throw new Error(`'${line}' is not SOURCE<tab>TARGET.`);
    }
    return {
      name: `${source} → ${target}`,
      data: { source, target },
      opts: {
        jobId: jobId(source, target),
        attempts,
        backoff: { type: 'exponential', delay: backoff * 1_000, jitter: 0.5 },
        removeOnComplete: { age: 7 * 24 * 3_600 },
      },
    };
  });
  await queue.addBulk(jobs);
  return jobs.length;
}
