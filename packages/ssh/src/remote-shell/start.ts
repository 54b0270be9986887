import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { launchWords } from './launch.js';

/** Node replaces bytes that are not valid UTF-8 with this character. */
const REPLACEMENT = '\ufffd';

/**
 * Starts ssh on this process's stdin and stdout, with exactly the bytes of its arguments and environment.
 * If too few descriptors are left for the pipe, ssh inherits stderr as well.
 * @param capture whether ssh writes to a pipe that this process reads, instead of this process's stderr
 * @throws SpawnError, or an Error if the exact bytes are not available
 */
export async function startSsh(
  program: string,
  sshArgs: readonly string[],
  capture: boolean,
  isHangupIgnored: boolean,
): Promise<ChildProcess> {
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
      // The error of the first attempt is reported.
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
  // Node emits this event if a signal cannot be sent.
  child.on('error', () => {});
  return child;
}
