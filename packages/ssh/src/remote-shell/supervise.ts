import type { ChildProcess } from 'node:child_process';
import type { ExitStatus, StderrAuxChannel } from '@rsync-io/aux-channel';
import type { RemoteShellOptions } from './arguments.js';

/** After this time the modules are loaded anyway, while ssh waits for the network. */
const LOAD_AFTER_MS = 100;

/**
 * Waits for the child's exit, and shows its stderr. Most children succeed silently, so the drain is
 * loaded at the first byte, or after {@link LOAD_AFTER_MS}.
 * @param eager whether to drain from the start
 * @returns the status, and the complete channel; `null` if the child wrote nothing, or inherited stderr
 */
export async function supervise(
  child: ChildProcess,
  policy: RemoteShellOptions['policy'],
  eager: boolean,
): Promise<{ status: ExitStatus; channel: StderrAuxChannel<Promise<void>> | null }> {
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, success: code === 0 }));
  });
  const { stderr } = child;
  if (stderr === null) return { status: await exited, channel: null };
  const preload = setTimeout(() => void import('./on-demand.js'), LOAD_AFTER_MS);
  const wrote = new Promise<boolean>((resolve) => {
    stderr.once('readable', () => resolve(stderr.readableLength > 0));
  });
  // The end of stderr may be read one turn of the event loop after the exit.
  const silentExit = exited.then(nextTurn).then(nextTurn);
  const needed = eager || (await Promise.race([wrote, silentExit]));
  clearTimeout(preload);
  if (!needed) {
    stderr.destroy();
    return { status: await exited, channel: null };
  }
  const { captureStderr } = await import('./on-demand.js');
  const channel = captureStderr(child, policy);
  const status = await exited;
  await channel.join();
  return { status, channel };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
