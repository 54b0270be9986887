import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends what runs when we are told to end. Children lead process groups of their own. */
export function endChildrenOnSignal() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => {
      for (const { pid } of running) {
        killGroup(pid);
      }
      process.exit(128 + constants.signals[signal]);
    });
  }
}

/** @param {number | undefined} pid of its leader */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended on its own in the meantime.
  }
}

/** Enough to see what went wrong. Unit: characters. */
const OUTPUT_KEPT = 65_536;

/**
 * Runs a command to its end, without stdin.
 *
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number }} options `show`:
 *   its output goes to our own stdout and stderr; otherwise the end of both is returned. `timeoutMs`: after
 *   so long it is killed, with all that it started
 * @returns {Promise<{ status: number, output: string }>} status 127 if it could not be started
 */
export function run([program = '', ...args], options = {}) {
  const { cwd, env = process.env, show = false, timeoutMs } = options;
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env,
    detached: true,
    stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream
      ?.setEncoding('utf8')
      .on('data', (text) => (output = (output + text).slice(-OUTPUT_KEPT)));
  }
  const deadline =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          output += `\nIt hung: killed after ${timeoutMs / 1_000} s.`;
          killGroup(child.pid);
        }, timeoutMs);
  return new Promise((resolve) => {
    child.once('error', (error) => (output += error.message));
    child.once('close', (code, signal) => {
      running.delete(child);
      clearTimeout(deadline);
      const bySignal = signal === null ? 127 : 128 + constants.signals[signal];
      resolve({ status: child.pid === undefined ? 127 : (code ?? bySignal), output });
    });
  });
}
