import { mkdirSync } from 'node:fs';
import { forwardSignals, rsyncExitCode } from '@rsync-io/ssh/ssh-socketpair-stderr';
import { MultiBar } from 'cli-progress';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import pino from 'pino';
import { HELP, readArguments, UsageError } from './arguments.ts';
import { transfer, TransferError } from './transfer.ts';

/** rsync's exit code for wrong usage. */
const SYNTAX = 1;

try {
  const request = readArguments(process.argv.slice(2));
  if (request === null) process.stdout.write(HELP);
  else process.exitCode = await transferAll(request);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`transfer-tool: ${error.message}\nTry --help.\n`);
  process.exitCode = SYNTAX;
}

/** Returns the exit status. */
async function transferAll(request: NonNullable<ReturnType<typeof readArguments>>) {
  const interruption = new AbortController();
  const { signal } = interruption;
  using _ = forwardSignals(() => interruption.abort());
  const file = pino.destination({ dest: request.log === '-' ? 1 : (request.log ?? 2), sync: true });
  const logger = pino({ base: null, enabled: request.log !== undefined }, file);
  // Drawn only if stderr is a terminal.
  const bars = new MultiBar({ format: '{bar} {percentage}% {label} {state}', gracefulExit: false });
  const show = (text: string) =>
    process.stderr.isTTY ? bars.log(text) : process.stderr.write(text);

  /** Returns the exit code of one copy, after as many attempts as it takes. */
  async function copy({
    label,
    folder,
    ...operands
  }: (typeof request.copies)[number]): Promise<number> {
    const log = logger.child({ transfer: label });
    const bar = bars.create(100, 0, { label, state: '' });
    const attempt = () =>
      transfer({
        ...request,
        ...operands,
        signal,
        onProgress: (percent) => bar.update(percent),
        onStderr: (line) => log.warn(line),
        forward: {
          to: (bytes) => void show(Buffer.from(bytes).toString()),
          policy: 'escape',
          prefix: `[${label}] `,
        },
      });
    try {
      if (folder !== null) mkdirSync(folder, { recursive: true });
      await pRetry(attempt, {
        retries: request.retries,
        minTimeout: request.backoff * 1_000,
        maxTimeout: 60_000,
        randomize: true,
        signal,
        shouldRetry: ({ error, retriesLeft }) => {
          if (!(error instanceof TransferError && error.explanation?.retryable)) return false;
          log.warn({ cause: error.message, retriesLeft }, 'trying again');
          bar.update({ state: 'trying again' });
          return true;
        },
      });
      bar.update(100, { state: 'done' });
      log.info('done');
      return 0;
    } catch (error) {
      const { message, explanation } = error as TransferError;
      const exitCode = error instanceof TransferError ? error.exitCode : rsyncExitCode(error);
      bar.update({ state: 'failed' });
      log.error({ exitCode, ...explanation }, message);
      show(`transfer-tool: ${label}: ${message}\n`);
      return exitCode;
    }
  }

  const limit = pLimit(request.jobs);
  const codes = await Promise.all(request.copies.map((one) => limit(() => copy(one))));
  if (process.stderr.isTTY) {
    bars.update();
    bars.stop();
  }
  return Math.max(...codes);
}
