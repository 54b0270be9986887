import { readFileSync } from 'node:fs';
import { parseTarget } from '@rsync-io/aux-channel';
import { UsageError } from '../usage-error.js';

/**
 * Returns all hosts of a request. Rejects invalid targets ({@link parseTarget}), spaces, and duplicates.
 * @throws UsageError
 */
export function hostsOf(named: readonly string[], hostsFile: string | null): string[] {
  const hosts = [...named, ...(hostsFile === null ? [] : readHosts(hostsFile))];
  if (hosts.length === 0) throw new UsageError('no host given');
  const seen = new Set<string>();
  for (const host of hosts) {
    check(host);
    if (seen.has(host)) throw new UsageError(`the host ${host} is given twice`);
    seen.add(host);
  }
  return hosts;
}

function readHosts(file: string): string[] {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.replace(/(?:^|\s)#.*/, '').trim())
      .filter((line) => line !== '');
  } catch (error) {
    throw new UsageError(`cannot read the hosts: ${(error as Error).message}`);
  }
}

function check(host: string): void {
  try {
    parseTarget(host);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (/\s/.test(host)) {
    throw new UsageError(
      `the host ${JSON.stringify(host)} contains a space; put each host on its own line`,
    );
  }
}
