import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let ending = false;
const ownGroup = process.platform !== 'win32';

/**
 * Ends whatever runs when we are told to end, then ends with the code a shell shows for that signal.
 * Children lead process groups of their own, so that their children end too.
 */
export function endChildrenOnSignal() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => {
      ending = true;
      for (const child of running) end(child, signal);
      setTimeout(() => {
        for (const child of running) end(child, 'SIGKILL');
        process.exit(128 + constants.signals[signal]);
      }, 2_000).unref();
      Promise.all([...running].map(exited)).then(() =>
        process.exit(128 + constants.signals[signal]),
      );
    });
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function end(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (ownGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It ended on its own in the meantime.
  }
}

/** @param {import('node:child_process').ChildProcess} child */
const exited = (child) => new Promise((resolve) => child.once('close', resolve));

/**
 * Runs a command in `cwd` to its end, without stdin.
 *
 * @param {string[]} command
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, output: 'capture' | number }} options `output`: the
 *   descriptor that gets stdout (stderr stays stderr), or `capture` to return both.
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} `code` is null if the
 *   command could not be started or a signal ended it.
 */
export function run([program = '', ...args], { cwd, env = process.env, output }) {
  const fds = output === 'capture' ? ['pipe', 'pipe'] : [output, 2];
  const child = spawn(program, args, {
    cwd,
    env,
    detached: ownGroup,
    stdio: /** @type {import('node:child_process').StdioOptions} */ (['ignore', ...fds]),
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  return new Promise((resolve) => {
    child.once('error', (error) => (stderr += error.message));
    child.once('close', (code) => {
      running.delete(child);
      if (!ending) resolve({ code: child.pid === undefined ? null : code, stdout, stderr });
    });
  });
}
