import { readFileSync } from 'node:fs';

/**
 * Whether SIGHUP was ignored when this process was started, by nohup(1) or `trap '' HUP`. Node resets
 * ignored signals at its start, so it has to be inferred: shells leave the program they start in the
 * variable `_`, and a parent that ignores SIGHUP passes that on (Linux). A process that neither shows,
 * for example one started by nohup from dash, is not recognized.
 */
export function isHangupIgnored(): boolean {
  if (/(?:^|\/)nohup$/.test(process.env['_'] ?? '')) return true;
  if (process.platform !== 'linux') return false;
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, 'latin1');
    // The last hexadecimal digit is that of the signals 1 to 4; SIGHUP is 1.
    const digit = /^SigIgn:\s*[\da-f]*([\da-f])$/m.exec(status)?.[1] ?? '0';
    return (parseInt(digit, 16) & 1) === 1;
  } catch {
    return false;
  }
}

/** The words that start a program with SIGHUP ignored. */
export const ignoringHangup = <Word>(words: readonly Word[]): (Word | string)[] => [
  '/bin/sh',
  '-c',
  'trap "" HUP; exec "$@"',
  'sh',
  ...words,
];
