import { accessSync, constants, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { SshCommand } from '../command/ssh-command.js';
import { SpawnError } from '../trait/errors.js';

type NodeSpawnError = NodeJS.ErrnoException & { spawnargs?: readonly string[] };

/** Creates the {@link SpawnError} for a system error, with advice. */
export function spawnError(command: SshCommand, cause: NodeSpawnError): SpawnError {
  // Contains all arguments, which may be secrets and would be logged with the error.
  delete cause.spawnargs;
  const code = cause.code ?? 'ERR_SPAWN';
  const message = `Cannot start ${JSON.stringify(command.program)}: ${reasonFor(code, command, cause)}`;
  return new SpawnError(code, command.program, message, { cause });
}

/** The error for a spawn that was not tried, because it would have run out of descriptors. */
export const tooFewDescriptors = (command: SshCommand): SpawnError =>
  spawnError(command, Object.assign(new Error('open: EMFILE'), { code: 'EMFILE' }));

function reasonFor(code: string, command: SshCommand, cause: Error): string {
  const { cwd } = command;
  switch (code) {
    case 'ENOENT':
      // A missing working directory has the same error code.
      return cwd !== undefined && !isDirectory(cwd)
        ? `its working directory ${JSON.stringify(cwd)} does not exist (ENOENT).`
        : 'there is no such program (ENOENT). Install it, or give its full path.';
    case 'EACCES': {
      const folder = unsearchableFolder(command);
      return folder === undefined
        ? 'it may not be executed (EACCES). Check its permissions.'
        : `the folder ${JSON.stringify(folder)} of PATH cannot be searched (EACCES). ` +
            'Remove it from PATH, or give the full path of the program.';
    }
    case 'EMFILE':
    case 'ENFILE':
      return (
        `too few file descriptors are left (${code}). ` +
        'Close some, or raise the limit (ulimit -n).'
      );
    case 'E2BIG':
    case 'ENAMETOOLONG': // Windows, for a command line of more than 32,767 characters.
      return `its arguments and environment are too long for the system (${code}).`;
    case 'EINVAL':
      // Node starts no batch files without a shell, which would interpret the arguments (CVE-2024-27980).
      return /\.(?:bat|cmd)$/i.test(command.program)
        ? 'it is a batch file (EINVAL). Give the program that it starts.'
        : cause.message;
    case 'ERR_ACCESS_DENIED':
      return `Node's permission model forbids it (${code}). Start Node with --allow-child-process and --allow-worker.`;
    default:
      return cause.message;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** execvp(3) reports EACCES, not ENOENT, if it finds no program and could not search a folder. */
function unsearchableFolder({ program, env }: SshCommand): string | undefined {
  if (/[\\/]/.test(program)) return undefined;
  const folders = String((env ?? process.env)['PATH'] ?? '').split(delimiter);
  return folders.find((folder) => {
    try {
      accessSync(folder || '.', constants.X_OK);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EACCES';
    }
  });
}
