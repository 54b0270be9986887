import { mustRun } from './run.ts';
import { statusLine } from './terminal.ts';
import { ROOT } from './workspace.ts';

/**
 * Builds all packages, unchanged ones from Nx's cache, showing one line on stderr. Does nothing inside an Nx
 * task, whose dependencies are already built. Throws an Error with the compiler's output.
 */
export async function buildPackages(): Promise<void> {
  if (process.env['NX_TASK_TARGET_PROJECT'] !== undefined) return;
  const line = statusLine(process.stderr);
  if (process.stderr.isTTY) line.put('Building the packages …');
  else process.stderr.write('Building the packages …\n');
  try {
    await mustRun(['npx', 'nx', 'run-many', '-t', 'build', '--outputStyle=static'], { cwd: ROOT });
  } finally {
    line.clear();
  }
}
