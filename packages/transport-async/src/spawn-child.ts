import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { statSync } from 'node:fs';
import {
  BackendUnavailableError,
  type SshCommand,
  SpawnError,
  type StderrEndpoint,
  warnOfFallback,
} from '@rsync-io/aux-channel';
import type { Wire } from './options.js';
import { haveSpareDescriptors } from './spare-descriptors.js';

/** A running child, and the endpoint that carries its fd 2: `null` when it inherits ours. */
export interface SpawnedChild {
  readonly child: ChildProcess;
  /** Not attached yet: the caller does that before the event loop turns. */
  readonly endpoint: StderrEndpoint | null;
}

/**
 * Starts the child with the endpoint, if there is one, as its fd 2. On failure the endpoint is
 * disposed of and nothing leaks.
 * @throws SpawnError (as rejection)
 */
export async function spawnChild(
  command: SshCommand,
  wire: Wire,
  endpoint: StderrEndpoint | null,
): Promise<SpawnedChild> {
  const usable = withinDescriptorLimit(command, wire, endpoint);
  const wireStdio = wire === 'inherit' ? 'inherit' : 'pipe';
  const stdio: StdioOptions = [wireStdio, wireStdio, usable?.childStdio ?? 'inherit'];
  let child: ChildProcess;
  try {
    child = spawn(command.program, command.args, {
      stdio,
      env: command.env,
      cwd: command.cwd,
      windowsHide: true,
    });
  } catch (error) {
    usable?.dispose();
    throw spawnError(command, error as NodeJS.ErrnoException);
  }
  if (child.pid === undefined) {
    usable?.dispose();
    const error = await new Promise<NodeJS.ErrnoException>((told) => child.once('error', told));
    throw spawnError(command, error);
  }
  // Later errors (a signal that could not be sent) are answered where they arise.
  child.on('error', () => {});
  return { child, endpoint: usable };
}

/** Descriptors that `spawn` opens for a while or for good (measured on Node 20, Linux). */
const FOR_PIPED_WIRE = 7;
const FOR_INHERITED_WIRE = 2;
const FOR_PIPED_STDERR = 2;

function withinDescriptorLimit(
  command: SshCommand,
  wire: Wire,
  endpoint: StderrEndpoint | null,
): StderrEndpoint | null {
  const forWire = wire === 'pipe' ? FOR_PIPED_WIRE : FOR_INHERITED_WIRE;
  const forStderr = endpoint?.childStdio === 'pipe' ? FOR_PIPED_STDERR : 0;
  if (haveSpareDescriptors(forWire + forStderr)) return endpoint;
  endpoint?.dispose();
  if (endpoint !== null && haveSpareDescriptors(forWire)) {
    const reason = 'too few descriptors are left (EMFILE)';
    warnOfFallback(new BackendUnavailableError(endpoint.backend, reason), 'inherit');
    return null;
  }
  throw spawnError(command, Object.assign(new Error('open: EMFILE'), { code: 'EMFILE' }));
}

function spawnError(command: SshCommand, cause: NodeJS.ErrnoException): SpawnError {
  const code = cause.code ?? 'ERR_SPAWN';
  const message = `Cannot start ${JSON.stringify(command.program)}: ${reasonFor(code, command, cause)}`;
  return new SpawnError(code, command.program, message, { cause });
}

function reasonFor(code: string, { cwd }: SshCommand, cause: Error): string {
  switch (code) {
    case 'ENOENT':
      // The system reports a missing working directory with the same code.
      return cwd !== undefined && !isDirectory(cwd)
        ? `its working directory ${JSON.stringify(cwd)} does not exist (ENOENT).`
        : 'there is no such program (ENOENT). Install it, or give its full path.';
    case 'EACCES':
      return 'it may not be executed (EACCES). Check its permissions.';
    case 'EMFILE':
    case 'ENFILE':
      return (
        `too few file descriptors are left (${code}). ` +
        'Close some, or raise the limit (ulimit -n).'
      );
    case 'E2BIG':
      return 'its arguments and environment are too long for the system (E2BIG).';
    default:
      return cause.message;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
