import { run } from './run.js';

/**
 * Runs a command that has to succeed.
 *
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function must(command, options = {}) {
  const { status, output } = await run(command, options);
  if (status === 0) return;
  const tail = output.trim().split('\n').slice(-5).join('\n  ');
  throw new Error(`${command.slice(0, 4).join(' ')} … failed (status ${status}):\n  ${tail}`);
}
