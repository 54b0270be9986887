import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { run } from '@rsync-io/wine/run';

/** Node's own programs, as npm packages carry them. */
const CACHE = path.join(homedir(), '.cache', 'rsync-io', 'node');

/** A version of Node cannot be had here; the message says why. */
export class NodeUnavailableError extends Error {}

/**
 * A folder with `node` of this major version, the newest that the registry has; fetched once.
 *
 * @param {string} major
 * @param {(text: string) => void} tell
 * @throws NodeUnavailableError
 */
export async function linuxNode(major, tell) {
  if (process.platform !== 'linux') {
    throw new NodeUnavailableError('The npm packages with Node in them are used on Linux only.');
  }
  const folder = path.join(CACHE, `${major}-${process.arch}`);
  const program = path.join(folder, 'node');
  if (existsSync(program)) return folder;
  tell(`fetching Node ${major}`);
  mkdirSync(CACHE, { recursive: true });
  const fetched = mkdtempSync(path.join(CACHE, 'fetch-'));
  try {
    const wanted = `node-linux-${process.arch}@${major}`;
    await must(['npm', 'pack', '--silent', wanted], fetched);
    await must(['sh', '-c', 'tar xzf *.tgz package/bin/node'], fetched);
    chmodSync(path.join(fetched, 'package/bin/node'), 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(path.join(fetched, 'package/bin'), folder);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string[]} command @param {string} cwd */
async function must(command, cwd) {
  const { status, output } = await run(command, { cwd });
  if (status === 0) return;
  throw new NodeUnavailableError(
    `${command.join(' ')} failed (status ${status}): ${output.trim().split('\n').slice(-3).join(' ')}`,
  );
}
