import type { CodeIdentity, ParityReport, Platform } from '@rsync-io/parity';

/** What a whole and green run would have written. */
export const greenReport = (platform: Platform, code: CodeIdentity): ParityReport => ({
  schema: 1,
  platform,
  replay: platform === 'windows',
  complete: true,
  date: '2026-01-01T00:00:00.000Z',
  code,
  versions: {},
  totals: { rows: 65, cells: 650, red: 0 },
  carriers: [],
  rows: [],
  streams: {},
});
