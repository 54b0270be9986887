import { type Explanation, explanation } from './explanation.js';

/** Socket I/O, and the two timeouts. */
const RETRYABLE = [10, 30, 35];

/** rsync's exit codes: numbers from `errcode.h`, meanings from rsync(1), EXIT VALUES. */
const codes: Readonly<Record<number, readonly [meaning: string, hint: string]>> = {
  1: ['syntax or usage error', 'Check the options; both sides may have different rsync versions.'],
  2: [
    'protocol incompatibility',
    'Check that the remote shell is silent and that the versions fit.',
  ],
  3: ['error selecting input or output files', 'Check the paths.'],
  4: [
    'an unsupported action was requested',
    'One of the sides lacks a feature that was asked for.',
  ],
  5: ['error starting the client-server protocol', 'Check the module name and its authentication.'],
  10: ['socket I/O error', 'Check the network, then try again.'],
  11: ['file I/O error', 'Check free space and permissions.'],
  12: [
    'error in the protocol data stream',
    'Check that rsync is installed and starts on the remote side.',
  ],
  13: ['error with program diagnostics', ''],
  14: ['error in inter-process communication', ''],
  15: ['one of its processes crashed', ''],
  16: ['one of its processes was terminated', ''],
  19: ['it received SIGUSR1', ''],
  20: ['it was interrupted by a signal', ''],
  21: ['waiting for a process failed', ''],
  22: ['it could not allocate memory', 'Transfer fewer files at once.'],
  23: [
    'partial transfer: some files could not be transferred',
    'See the messages above for which.',
  ],
  24: [
    'partial transfer: some source files vanished',
    'They were removed meanwhile; run it again.',
  ],
  25: ['the limit of deletions was reached', 'Raise --max-delete if the deletions are meant.'],
  30: ['timeout in sending or receiving data', 'Check the network, or raise --timeout.'],
  35: ['timeout waiting for the daemon connection', 'Check the daemon, or raise --contimeout.'],
  124: ['the remote shell failed', ''],
  125: ['the remote shell was killed', ''],
  126: ['the remote command could not be run', 'Check its permissions.'],
  127: ['the remote command was not found', 'Install rsync there, or use --rsync-path.'],
};

/** Explains rsync's last line by its exit code. */
export function explainCode(code: number, line: string): Explanation | null {
  const entry = codes[code];
  if (entry === undefined) return null;
  const [meaning, hint] = entry;
  const summary = `rsync: ${meaning} (code ${code})`;
  return explanation('rsync', summary, hint, line, RETRYABLE.includes(code));
}
