import type { Mask } from '../matrix/scenario.ts';

/** What `ssh -v` says differently each time. */
export const VERBOSE_MASKS: readonly Mask[] = [
  { pattern: /\bport \d+\b/g, by: 'port N' },
  { pattern: /\bpid \d+\b/g, by: 'pid N' },
  { pattern: /^(Transferred|Bytes per second): [^\r\n]*/gm, by: '$1: N' },
  // Whether the server's word on a closed channel comes before the end is its own race.
  { pattern: /^debug1: client_input_channel_req: [^\n]*\n/gm, by: '' },
];
