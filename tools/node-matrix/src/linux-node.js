import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from '@rsync-io/wine/cache';
import { fetchNode } from '@rsync-io/wine/node-package';

/** A version of Node cannot be had here; the message says why. */
export class NodeUnavailableError extends Error {}

/**
 * Node of this major version, fetched once.
 *
 * @param {string} major
 * @param {(text: string) => void} tell
 * @param {string} [cache] where it is kept
 * @returns {Promise<{ folder: string, version: string }>} the folder that holds the program `node`
 * @throws NodeUnavailableError
 */
export async function linuxNode(major, tell, cache = path.join(CACHE, 'node')) {
  const folder = path.join(cache, `${major}-${process.arch}`);
  const program = path.join(folder, 'node');
  try {
    if (!existsSync(program)) {
      tell(`fetching Node ${major}`);
      await fetchNode(`node-linux-${process.arch}`, major, program);
    }
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    throw new NodeUnavailableError(`Node ${major} cannot be had: ${message}`, { cause });
  }
  const { stdout } = spawnSync(program, ['-p', 'process.version'], { encoding: 'utf8' });
  const version = String(stdout).trim();
  if (!version.startsWith(`v${major}.`)) {
    // Fetched anew the next time.
    rmSync(program);
    throw new NodeUnavailableError(`${program} is not Node ${major}: it says '${version}'.`);
  }
  return { folder, version };
}
