import { readFileSync } from 'node:fs';

/**
 * Whether SIGHUP was ignored when this process was started, by nohup(1) or `trap '' HUP`. Node resets
 * ignored signals, so this is inferred: shells set the variable `_` to the program that they start, and a
 * child inherits an ignored SIGHUP (Linux). A process started by nohup from dash is not recognized.
 */
export function isHangupIgnored(): boolean {
  if (/(?:^|\/)nohup$/.test(process.env['_'] ?? '')) return true;
  if (process.platform !== 'linux') return false;
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, 'latin1');
    // The last hexadecimal digit holds the bits of the signals 1 to 4; SIGHUP is 1.
    const digit = /^SigIgn:\s*[\da-f]*([\da-f])$/m.exec(status)?.[1] ?? '0';
    return (parseInt(digit, 16) & 1) === 1;
  } catch {
    return false;
  }
}

/** The command line that starts a program with SIGHUP ignored. */
export const ignoringHangup = <Word>(words: readonly Word[]): (Word | string)[] => [
  '/bin/sh',
  '-c',
  'trap "" HUP; exec "$@"',
  'sh',
  ...words,
];
