/** For CI: a scenario of every group, both directions, the whole width of the matrix, in about a minute. */
export const SMOKE: readonly string[] = [
  'quiet-success',
  'missing-source-told-there',
  'auth-denied',
  'rsync-missing',
  'daemon-over-shell',
  'no-newline',
  'local-command-left',
];
