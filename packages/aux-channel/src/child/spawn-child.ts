import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { spawnArguments } from '../command/spawn-arguments.js';
import type { SshCommand } from '../command/ssh-command.js';
import { BackendUnavailableError } from '../trait/errors.js';
import { warnOfFallback } from '../drain/fallback.js';
import type { StderrEndpoint } from '../trait/trait.js';
import { haveSpareDescriptors } from './spare-descriptors.js';
import { spawnError, tooFewDescriptors } from './spawn-error.js';

/** Time from SIGTERM to SIGKILL when a transport ends a child. Unit: milliseconds. */
export const KILL_GRACE_MS = 5_000;

/** The child's fd 0 and 1: pipes that Node creates, those of this process, or descriptors of the caller. */
type WireStdio = 'pipe' | 'inherit' | readonly [stdin: number, stdout: number];

/** A running child and the endpoint of its fd 2; `null` if it inherits that of this process. */
export interface SpawnedChild {
  readonly child: ChildProcess;
  /** Not attached yet. The caller must attach it before the next turn of the event loop. */
  readonly endpoint: StderrEndpoint | null;
}

/**
 * Starts the child with the endpoint, if any, as its fd 2. If that fails, the endpoint is disposed of.
 * @throws SpawnError (as rejection); nothing is left open
 */
export async function spawnChild(
  command: SshCommand,
  wire: WireStdio,
  endpoint: StderrEndpoint | null,
): Promise<SpawnedChild> {
  const usable = withinDescriptorLimit(command, wire, endpoint);
  const [stdin, stdout] = typeof wire === 'string' ? [wire, wire] : wire;
  const stdio: StdioOptions = [stdin, stdout, usable?.childStdio ?? 'inherit'];
  let child: ChildProcess;
  try {
    const { program, args, env } = spawnArguments(command);
    child = spawn(program, args, { stdio, env, cwd: command.cwd, windowsHide: true });
  } catch (error) {
    usable?.dispose();
    throw spawnError(command, error as NodeJS.ErrnoException);
  }
  if (child.pid === undefined) {
    usable?.dispose();
    const error = await new Promise<Error>((resolve) => child.once('error', resolve));
    // Node does not close stdout and stderr of a failed spawn.
    for (const stream of child.stdio ?? []) stream?.destroy();
    throw spawnError(command, error);
  }
  // Later errors (a signal that could not be sent) are handled by the caller of `kill()`.
  child.on('error', () => {});
  return { child, endpoint: usable };
}

/** Number of descriptors that `spawn` opens, temporarily or permanently (measured on Node 20, Linux). */
const FOR_PIPED_WIRE = 7;
const FOR_GIVEN_WIRE = 2;
const FOR_PIPED_STDERR = 2;

function withinDescriptorLimit(
  command: SshCommand,
  wire: WireStdio,
  endpoint: StderrEndpoint | null,
): StderrEndpoint | null {
  const forWire = wire === 'pipe' ? FOR_PIPED_WIRE : FOR_GIVEN_WIRE;
  const forStderr = endpoint?.childStdio === 'pipe' ? FOR_PIPED_STDERR : 0;
  if (haveSpareDescriptors(forWire + forStderr)) return endpoint;
  endpoint?.dispose();
  if (endpoint !== null && haveSpareDescriptors(forWire)) {
    const reason = 'too few descriptors are left (EMFILE)';
    warnOfFallback(new BackendUnavailableError(endpoint.backend, reason), 'inherit');
    return null;
  }
  throw tooFewDescriptors(command);
}
