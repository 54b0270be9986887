import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Small heaps, for both threads of the blocking worker: otherwise the memory of a process is mostly what
 * V8 has not yet seen a reason to collect, and a leak would hide in it. Unit: MiB.
 */
const HEAP = ['--expose-gc', '--max-old-space-size=48', '--max-semi-space-size=1'];

export interface WorkerProcess {
  readonly env: NodeJS.ProcessEnv;
  /** After so long it hangs, and is killed. Unit: milliseconds. */
  readonly deadlineMs: number;
  /** Asks it to come to its end, for which it has `graceMs`. */
  readonly signal: AbortSignal | undefined;
  readonly graceMs: number;
}

/** Runs one of this package's programs, and yields the lines of JSON that it prints until its end. */
export async function* workerLines(
  name: string,
  args: readonly string[],
  { env, deadlineMs, signal, graceMs }: WorkerProcess,
): AsyncGenerator<unknown> {
  const program = fileURLToPath(new URL(`${name}.js`, import.meta.url));
  const worker = spawn(process.execPath, [...HEAP, program, ...args], {
    // Its stdin is never written to: its end says that we are gone.
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
    // Out of the terminal's foreground: Ctrl-C is for us, and must not reach the children there.
    detached: true,
  });
  const kill = () => void worker.kill('SIGKILL');
  let deadline = setTimeout(kill, deadlineMs);
  const stop = () => {
    worker.kill('SIGTERM');
    clearTimeout(deadline);
    deadline = setTimeout(kill, graceMs);
  };
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    for await (const line of createInterface({ input: worker.stdout })) yield JSON.parse(line);
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', stop);
    kill();
  }
}
