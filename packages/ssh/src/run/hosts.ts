import { readFileSync } from 'node:fs';
import { parseTarget } from '@rsync-io/aux-channel';
import { UsageError } from './usage-error.js';

/**
 * All hosts of a request, checked: what ssh could take for an option, what would break a line of
 * output, and what is named twice is refused before anything is started.
 * @throws UsageError
 */
export function hostsOf(named: readonly string[], hostsFile: string | null): string[] {
  const hosts = [...named, ...(hostsFile === null ? [] : readHosts(hostsFile))];
  if (hosts.length === 0) throw new UsageError('no host is given');
  const seen = new Set<string>();
  for (const host of hosts) {
    check(host);
    if (seen.has(host)) throw new UsageError(`the host ${host} is given twice`);
    seen.add(host);
  }
  return hosts;
}

function readHosts(file: string): string[] {
  return textOf(file)
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*/, '').trim())
    .filter((line) => line !== '');
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`the hosts cannot be read: ${(error as Error).message}`);
  }
}

function check(host: string): void {
  try {
    parseTarget(host);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (/\s/.test(host)) {
    throw new UsageError(`the host ${JSON.stringify(host)} holds a space; give one host a line`);
  }
}
