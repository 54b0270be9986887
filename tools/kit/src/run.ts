import { constants } from 'node:os';
import { execa } from 'execa';

const running = new Set<number>();

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Prints stdout and stderr instead of returning them. */
  readonly show?: boolean;
  /** After this time the command and everything it started are killed. Unit: milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command in a process group of its own, without stdin. Never rejects: the status is 127 if the command
 * cannot be started, and 128 plus the signal number if a signal ended it.
 */
export async function run(
  [program = '', ...args]: readonly string[],
  { cwd, env = process.env, show = false, timeoutMs }: RunOptions = {},
): Promise<{ status: number; output: string }> {
  const child = execa(program, args, {
    ...(cwd !== undefined && { cwd }),
    env,
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    ...(show ? { stdout: 'inherit', stderr: 'inherit' } : { all: true }),
  });
  const { pid } = child;
  let timeout = '';
  const kill = () => {
    timeout = `\nTimeout: killed after ${(timeoutMs ?? 0) / 1_000} s.`;
    killGroup(pid);
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(kill, timeoutMs);
  if (pid !== undefined) running.add(pid);
  const { all = '', exitCode, signal, message } = await child;
  clearTimeout(timer);
  if (pid !== undefined) running.delete(pid);
  const status = signal === undefined ? (exitCode ?? 127) : 128 + constants.signals[signal];
  return { status, output: `${pid === undefined ? message : (all as string)}${timeout}` };
}

/** Runs a command that must succeed. Throws an Error with the last lines of its output otherwise. */
export async function mustRun(command: readonly string[], options?: RunOptions): Promise<string> {
  const { status, output } = await run(command, options);
  if (status === 0) return output;
  const tail = output.trim().split('\n').slice(-8).join('\n  ');
  throw new Error(`${command.slice(0, 4).join(' ')} … failed (status ${status}):\n  ${tail}`);
}

/** Kills all commands started by {@link run} when a signal ends this process. */
export function killChildrenOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const pid of running) killGroup(pid);
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** Kills a process group; does nothing if it has already ended. */
export function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // ESRCH: the group has ended.
  }
}
