import type { Platform } from '../src/platform.ts';
import type { CodeIdentity } from '../src/report/code-identity.ts';
import type { ParityReport } from '../src/report/report.ts';

/** The report of a complete run without differences. */
export const greenReport = (platform: Platform, code: CodeIdentity): ParityReport => ({
  platform,
  replay: platform === 'windows',
  complete: true,
  date: '2026-01-01T00:00:00.000Z',
  code,
  versions: {},
  totals: { rows: 65, cells: 650, red: 0 },
  variants: [],
  rows: [],
  asSsh: [],
});
