import { mkdirSync } from 'node:fs';
import { forwardSignals, parseOperand, rsyncExitCode } from '@rsync-io/ssh/ssh-socketpair-stderr';
import { MultiBar } from 'cli-progress';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import pino from 'pino';
import { HELP, readArguments } from './arguments.ts';
import { type Failure, transfer } from './transfer.ts';

try {
  const request = readArguments(process.argv.slice(2));
  if (request === null) process.stdout.write(HELP);
  else process.exitCode = await transferAll(request);
} catch (error) {
  process.stderr.write(`transfer-tool: ${(error as Error).message}\nTry --help.\n`);
  process.exitCode = 1;
}

async function transferAll(request: NonNullable<ReturnType<typeof readArguments>>) {
  const interruption = new AbortController();
  const { signal } = interruption;
  using _ = forwardSignals(() => interruption.abort());
  const file = pino.destination({ dest: request.log === '-' ? 1 : (request.log ?? 2), sync: true });
  const logger = pino({ base: null, enabled: request.log !== undefined }, file);
  const bars = new MultiBar({ format: '{bar} {percentage}% {state} {label}', gracefulExit: false });
  const show = (text: string) =>
    process.stderr.isTTY ? bars.log(text) : process.stderr.write(text);

  async function copy(operands: (typeof request.copies)[number]): Promise<number> {
    const isPull = parseOperand(operands.target) === null;
    const label = isPull ? operands.source : operands.target;
    const log = logger.child({ transfer: label });
    const bar = bars.create(100, 0, { label, state: '' });
    const to = (bytes: Uint8Array) => void show(Buffer.from(bytes).toString());
    const attempt = () =>
      transfer({
        ...request,
        ...operands,
        signal,
        onProgress: (percent) => bar.update(percent),
        onStderr: (line) => log.warn(line),
        forward: { to, policy: 'escape', prefix: `[${label}] ` },
      });
    try {
      if (isPull && operands.target.endsWith('/')) mkdirSync(operands.target, { recursive: true });
      await pRetry(attempt, {
        retries: request.attempts - 1,
        minTimeout: request.backoff * 1_000,
        maxTimeout: 60_000,
        randomize: true,
        signal,
        shouldRetry: ({ error, retriesLeft }) => {
          if (!(error as Failure).retryable) return false;
          log.warn({ cause: error.message, retriesLeft }, 'trying again');
          bar.update({ state: 'trying again' });
          return true;
        },
      });
      bar.update(100, { state: 'done' });
      log.info('done');
      return 0;
    } catch (error) {
      const { message, exitCode = rsyncExitCode(error) } = error as Failure;
      bar.update({ state: 'failed' });
      log.error({ ...(error as object), exitCode }, message);
      show(`transfer-tool: ${label}: ${message}\n`);
      return exitCode;
    }
  }

  const limit = pLimit(request.jobs);
  const codes = await Promise.all(request.copies.map((one) => limit(() => copy(one))));
  if (process.stderr.isTTY) bars.stop();
  return Math.max(...codes);
}
