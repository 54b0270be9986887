import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/*
 * The environment of every test and of the programs that tests start. Results must not depend on the terminal,
 * locale, time zone, umask or continuous-integration service that the tests happen to run in; a test that
 * depends on one of them sets it.
 */
for (const name of [
  'RSYNC_IO_FLAG',
  'FORCE_COLOR',
  'NO_COLOR',
  'CLICOLOR',
  'CLICOLOR_FORCE',
  'COLORTERM',
  'CI',
]) {
  delete process.env[name];
}
for (const name of Object.keys(process.env)) {
  if (name === 'LANGUAGE' || name.startsWith('LC_')) delete process.env[name];
}
process.env['LANG'] = 'C.UTF-8';
process.env['TERM'] = 'dumb';
process.env['TZ'] = 'UTC';
process.umask(0o022);

// A search for a program fails with EACCES, not ENOENT, if a folder of PATH cannot be searched.
process.env['PATH'] = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter(canBeSearched)
  .join(path.delimiter);

function canBeSearched(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
