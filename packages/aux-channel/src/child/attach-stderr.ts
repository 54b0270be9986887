import { startDrain } from '../drain/channel.js';
import type { DrainOptions } from '../drain/drain-options.js';
import type { SshCommand } from '../command/ssh-command.js';
import { SpawnError } from '../trait/errors.js';
import type { StderrAuxChannel } from '../trait/trait.js';
import { killChild } from './kill-child.js';
import type { SpawnedChild } from './spawn-child.js';

/**
 * Starts the drain of a child of `spawnChild`; call it in the same turn. A child whose stderr cannot be
 * read is killed and reaped, because it would block; nothing is left open.
 * @throws SpawnError (as rejection)
 */
export async function attachStderr(
  command: SshCommand,
  { child, endpoint }: SpawnedChild,
  options: DrainOptions,
): Promise<StderrAuxChannel<Promise<void>> | null> {
  try {
    return startDrain(endpoint, child, options);
  } catch (cause) {
    endpoint?.dispose();
    const exited = new Promise((resolve) => child.once('exit', resolve));
    for (const stream of child.stdio) stream?.destroy();
    killChild(child, 'SIGKILL');
    await exited;
    const { code = 'ERR_SPAWN', message } = cause as NodeJS.ErrnoException;
    const { program } = command;
    const text = `Cannot start ${JSON.stringify(program)}: its stderr cannot be read (${message}).`;
    throw new SpawnError(code, program, text, { cause });
  }
}
