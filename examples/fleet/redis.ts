import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';

/**
 * Starts redis-server on 127.0.0.1. Every change is on disk before Redis confirms it, so a crash loses no job.
 * If Redis ends by itself, this process and its transfers end, too. The next start continues them.
 * @throws Error if redis-server is not installed or ends at once
 */
export async function startRedis(port: number, folder: string): Promise<AsyncDisposable> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const durable = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
  const args = ['--bind', '127.0.0.1', '--port', String(port), ...durable];
  // In its own process group, which Ctrl-C does not reach, so that Redis ends last.
  const redis = spawn('redis-server', args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => redis.once('exit', () => resolve()));
  const failed = once(redis, 'error').then(([error]) => (error as Error).message);
  let output = '';
  const ready = (async () => {
    for await (const chunk of redis.stdout) {
      output += String(chunk);
      if (/ready to accept connections/i.test(output)) return null;
    }
    return `it ended: ${output.trim().split('\n').at(-1) ?? ''}`;
  })();
  const failure = await Promise.race([failed, ready]);
  if (failure !== null) {
    throw new Error(
      `Redis does not start (${failure}). Install it (apt-get install redis-server), or run it in a container and ` +
        'set REDIS_URL.',
    );
  }
  redis.stdout.resume();
  let isStopping = false;
  void exited.then(() => {
    if (isStopping) return;
    process.stderr.write('fleet: Redis ended. Start it again to continue.\n');
    process.exit(1);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      isStopping = true;
      redis.kill('SIGTERM');
      await exited;
    },
  };
}
