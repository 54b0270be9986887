import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { launchWords } from './launch.js';

export interface StartOptions {
  readonly program: string;
  readonly sshArgs: readonly string[];
  /** Whether ssh writes to a pipe that this process reads, instead of this process's stderr. */
  readonly capture: boolean;
  readonly isHangupIgnored: boolean;
}

/** Replaces bytes that are not UTF-8 in strings decoded by Node. */
const REPLACEMENT = '\ufffd';

/**
 * Starts ssh on this process's stdin and stdout, with exactly the bytes of its arguments and environment.
 * If too few descriptors are left for the pipe, ssh inherits stderr as well.
 * @throws SpawnError, or an Error when the bytes cannot be passed on
 */
export async function startSsh(options: StartOptions): Promise<ChildProcess> {
  const { program, sshArgs, capture, isHangupIgnored } = options;
  const [file, ...args] = launchWords(program, sshArgs, isHangupIgnored) as [string, ...string[]];
  const isExact = ![...sshArgs, ...Object.values(process.env)].some((word) =>
    word?.includes(REPLACEMENT),
  );
  const command = isExact
    ? { program: file, args, env: undefined }
    : (await import('./on-demand.js')).withRawBytes(file, args, sshArgs.length);
  const start = (stderr: 'pipe' | 'inherit') =>
    spawn(command.program, command.args, {
      stdio: ['inherit', 'inherit', stderr],
      env: command.env,
      windowsHide: true,
    } as SpawnOptions);
  try {
    return await running(start(capture ? 'pipe' : 'inherit'));
  } catch (error) {
    try {
      const { code } = error as NodeJS.ErrnoException;
      if (capture && (code === 'EMFILE' || code === 'ENFILE'))
        return await running(start('inherit'));
    } catch {
      // The first error is reported.
    }
    const { spawnFailure } = await import('./on-demand.js');
    throw spawnFailure(program, error as NodeJS.ErrnoException);
  }
}

/** Returns the child, or throws the reason why it was not started. */
async function running(child: ChildProcess): Promise<ChildProcess> {
  if (child.pid === undefined) {
    throw await new Promise<unknown>((resolve) => child.once('error', resolve));
  }
  // Emitted when a signal cannot be sent.
  child.on('error', () => {});
  return child;
}
