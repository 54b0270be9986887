import { homedir } from 'node:os';
import path from 'node:path';

/** Where things that are made or fetched once are kept. */
export const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'rsync-io',
);
